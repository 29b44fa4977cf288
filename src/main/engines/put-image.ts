import type { Digest } from '../../engine/oci/types.ts';
import type { ExportableImage } from '../assemble/image.ts';
import { fullName, type ImageName } from '../images/archive-files.ts';
import { type ExportProgress, streamImage } from '../images/export.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { dockerUsesContainerd, layersInDocker } from './docker.ts';
import { pipeToEngine, runEngine } from './engine-command.ts';
import { pullIntoPodman } from './podman.ts';
import type { EngineTarget } from './target.ts';

export interface PutOptions {
  readonly image: ExportableImage;
  readonly store: BlobStore;
  readonly name: ImageName;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
}

/** What an image is called in an engine, and what was sent there. */
export interface PutImage {
  readonly names: readonly string[];
  /** 0 where the engine reads from where the image lies. */
  readonly sentBytes: number;
}

/**
 * Puts an image into a container engine of this machine, which is sent only what it lacks, as far as it says what it has:
 * docker's own store the layers above those that it has, containerd each that it lacks, docker with containerd's store all.
 *
 * @throws StrataError `run-failed` where the engine is not there or does not take it, and as {@link streamImage} does.
 */
export async function putImage(target: EngineTarget, options: PutOptions): Promise<PutImage> {
  const { image, name, signal } = options;
  const names = name.tags.map((tag) => fullName(name.name, tag));
  switch (target.engine) {
    case 'podman':
      await pullIntoPodman(image, name, names, signal);
      return { names, sentBytes: 0 };
    case 'docker': {
      const isWhole = await dockerUsesContainerd(signal);
      const known = isWhole ? new Set<Digest>() : await layersInDocker(image, signal);
      const format = isWhole ? 'oci' : 'docker-archive';
      return { names, sentBytes: await send(['docker', 'load'], format, known, options) };
    }
    case 'containerd': {
      const ctr = ['ctr', '--namespace', target.namespace] as const;
      const listed = await runEngine([...ctr, 'content', 'ls', '--quiet'], signal);
      const known = new Set(listed.split('\n')) as ReadonlySet<string> as ReadonlySet<Digest>;
      return { names, sentBytes: await send([...ctr, 'images', 'import', '-'], 'oci', known, options) };
    }
  }
}

async function send(
  words: readonly [string, ...string[]],
  format: 'oci' | 'docker-archive',
  known: ReadonlySet<Digest>,
  options: PutOptions,
): Promise<number> {
  let sentBytes = 0;
  await pipeToEngine(words, async (write) => {
    sentBytes = await streamImage({ ...options, format, without: known, write });
  });
  return sentBytes;
}

/** Whether podman or docker has an image. */
export async function hasImage(engine: 'podman' | 'docker', image: string): Promise<boolean> {
  return runEngine([engine, 'image', 'inspect', image]).then(
    () => true,
    () => false,
  );
}
