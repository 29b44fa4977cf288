import type { Digest } from '../../engine/oci/types.ts';
import type { ExportableImage } from '../assemble/image.ts';
import { runEngine } from './engine-command.ts';

/** Where docker keeps images: in its own store, or in containerd's. */
export async function dockerUsesContainerd(signal?: AbortSignal): Promise<boolean> {
  const status = await runEngine(['docker', 'info', '--format', '{{json .DriverStatus}}'], signal);
  return status.includes('io.containerd.snapshotter');
}

/**
 * How many of the first layers of an image docker's own store has already: it finds a layer only by those below it.
 *
 * @returns the digests of their blobs, none of which has to be sent.
 */
export async function layersInDocker(
  { layers, config }: ExportableImage,
  signal?: AbortSignal,
): Promise<ReadonlySet<Digest>> {
  const listed = await runEngine(['docker', 'image', 'ls', '--quiet', '--no-trunc'], signal);
  const images = [...new Set(listed.split('\n').filter(Boolean))];
  if (images.length === 0) return new Set();
  const inspected = await runEngine(
    ['docker', 'image', 'inspect', '--format', '{{json .RootFS.Layers}}', ...images],
    signal,
  );
  const stacks = inspected.split('\n').map((line) => (JSON.parse(line) ?? []) as readonly string[]);
  const most = stacks.reduce(
    (sum, stack) => Math.max(sum, commonLayers(config.value.rootfs.diff_ids, stack)),
    0,
  );
  const digests = layers.map(({ descriptor }) => descriptor.digest);
  // What is on top as well as below has to be sent.
  const sent = new Set(digests.slice(most));
  return new Set(digests.slice(0, most).filter((digest) => !sent.has(digest)));
}

/** How many layers two stacks begin with in common. */
function commonLayers(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((diffId, index) => other[index] !== diffId);
  return differs === -1 ? one.length : differs;
}
