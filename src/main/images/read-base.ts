import { z } from 'zod';
import type { LayerEntry } from '../../engine/contents/layer-entry.ts';
import { resolvePath } from '../../engine/contents/resolve-path.ts';
import { heldStorePaths } from '../../engine/contents/store-paths.ts';
import { isForeignLayer } from '../../engine/oci/media-types.ts';
import { formatPlatform, platformOf } from '../../engine/oci/platform.ts';
import type { ImageConfig, Platform, RuntimeConfig } from '../../engine/oci/types.ts';
import { StrataError } from '../../shared/errors.ts';
import type { BaseImage } from '../assemble/image.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { runsOn } from '../oci/platform.ts';
import { type ImageDocuments, readImage } from '../oci/read-image.ts';
import type { FetchedLayer } from '../registry/fetch-layer.ts';
import { createTransferMeter, type OnBlobProgress } from '../registry/progress.ts';
import type { BaseRoot } from '../root/base-root.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { openStoredBlob } from './checked-blob.ts';
import { stackOf } from './describe-image.ts';
import { keepLayers } from './keep-layers.ts';
import { DEFAULT_LAYER_LIMITS, readLayer } from './read-layer.ts';

export interface ReadBaseOptions {
  readonly store: BlobStore;
  /** That of the packages. */
  readonly platform: Platform;
  /** `REGISTRY/REPOSITORY[:TAG]`, for one in a registry. */
  readonly reference?: string | undefined;
  /** Bytes of its layers that are here, of all that there are. */
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads an image to build on: its layers go into the blob store as they are, and what is in them is listed as a container
 * sees it.
 *
 * @throws StrataError `invalid-image` where it is no sound image for the platform, and as the source does; Cancelled.
 */
export async function readBase(source: ImageSource, options: ReadBaseOptions): Promise<BaseImage> {
  const { store, platform, reference, signal, onProgress } = options;
  const image = await readImage(source, platform, signal);
  refuseUnfit(image, platform, source.name);
  const inherited = inheritedConfig(image.config, source.name);
  const meter = createTransferMeter(progressOf(image, onProgress));
  const present = new Set(store.list().map(({ digest }) => digest));
  const layers = await keepLayers(source, image, { store, meter, signal });
  const contents = await readContents(layers, source.name, store, signal);
  return {
    name: source.name,
    reference,
    digest: image.descriptor.digest,
    config: { ...image.config, config: inherited },
    layers: layers.map(({ digest, diffId, compression, sizeBytes, uncompressedBytes }, index) => ({
      digest,
      diffId,
      compression,
      sizeBytes,
      uncompressedBytes,
      paths: heldStorePaths(contents.entries[index] ?? []).map(({ path }) => path),
      isFetched: !present.has(digest),
    })),
    root: contents.root,
    notices: noticesOf(image.config, source.name),
  };
}

function progressOf({ manifest }: ImageDocuments, onProgress: ReadBaseOptions['onProgress']): OnBlobProgress {
  const sizes = new Map(manifest.layers.map(({ digest, size }) => [digest, size]));
  const sum = (values: Iterable<number>) => [...values].reduce((all, each) => all + each, 0);
  const done = new Map<string, number>();
  return ({ digest, doneBytes }) => {
    done.set(digest, doneBytes);
    onProgress?.(sum(done.values()), sum(sizes.values()));
  };
}

function refuseUnfit({ manifest, config }: ImageDocuments, wanted: Platform, name: string): void {
  const platform = platformOf(config);
  // Of an index, the one for the platform was chosen; what is no index may be for any.
  if (!runsOn(platform, wanted)) {
    throw new StrataError(
      'invalid-image',
      `${name} is for ${formatPlatform(platform)}, the packages are for ${formatPlatform(wanted)}.`,
      { hint: 'Take a base for the platform of the packages, or packages of another system.' },
    );
  }
  const foreign = manifest.layers.find(({ mediaType }) => isForeignLayer(mediaType));
  if (foreign === undefined) return;
  throw new StrataError(
    'invalid-image',
    `${name} has a layer that only its maker gives out: ${foreign.digest}.`,
    {
      hint: 'Take a base that holds all of its layers.',
    },
  );
}

const strings = z.array(z.string()).nullish();
const byName = z.record(z.string(), z.unknown()).nullish();
const text = z.string().nullish();
const length = z.int().nullish();

/** What is taken over: of the rest of Docker's configuration nothing belongs to an image. */
const runtimeSchema = z.object({
  User: text,
  ExposedPorts: byName,
  Env: strings,
  Entrypoint: strings,
  Cmd: strings,
  Volumes: byName,
  WorkingDir: text,
  Labels: z.record(z.string(), z.string()).nullish(),
  StopSignal: text,
  Healthcheck: z
    .object({
      Test: strings,
      Interval: length,
      Timeout: length,
      StartPeriod: length,
      StartInterval: length,
      Retries: length,
    })
    .nullish(),
  Shell: strings,
});

function inheritedConfig({ config = {} }: ImageConfig, name: string): RuntimeConfig {
  const result = runtimeSchema.safeParse(config ?? {});
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new StrataError(
      'invalid-image',
      `The configuration of ${name} is not sound: config.${issue?.path.join('.')}: ${issue?.message}.`,
      { cause: result.error },
    );
  }
  const { ExposedPorts, Volumes, Healthcheck, ...rest } = result.data;
  return withoutNulls({
    ...rest,
    ExposedPorts: ExposedPorts && emptyObjects(ExposedPorts),
    Volumes: Volumes && emptyObjects(Volumes),
    Healthcheck: Healthcheck && withoutNulls(Healthcheck),
  });
}

/** Go writes null for what is empty. */
function withoutNulls<T extends object>(value: T) {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) as {
    [Key in keyof T]: Exclude<T[Key], null>;
  };
}

function emptyObjects(value: object): Readonly<Record<string, Record<string, never>>> {
  return Object.fromEntries(Object.keys(value).map((key) => [key, {}]));
}

const TEXTS: readonly string[] = ['passwd', 'group', 'shadow'];
const LONGEST_TEXT = 1 << 20;

/** All that is in the layers, and the accounts in /etc. */
async function readContents(
  layers: readonly FetchedLayer[],
  name: string,
  store: BlobStore,
  signal: AbortSignal | undefined,
) {
  const texts = new Map<string, Buffer[]>();
  const entries: (readonly LayerEntry[])[] = [];
  for (const [index, { digest, sizeBytes }] of layers.entries()) {
    const source = {
      openBlob: async (blob: Parameters<typeof openStoredBlob>[1]) =>
        openStoredBlob(store.blobPath(digest), blob),
    };
    const layer = await readLayer(
      source,
      { mediaType: '', digest, size: sizeBytes },
      {
        hashContents: false,
        signal,
        contentsOf({ path, type, sizeBytes: length }) {
          if (
            type !== 'file' ||
            length > LONGEST_TEXT ||
            !TEXTS.includes(path.slice(path.lastIndexOf('/') + 1))
          )
            return;
          const pieces: Buffer[] = [];
          texts.set(`${index} ${path}`, pieces);
          return (piece) => pieces.push(Buffer.from(piece));
        },
      },
    );
    entries.push(layer.entries);
  }
  const { root: files } = stackOf(entries, name, DEFAULT_LAYER_LIMITS);
  const root: BaseRoot = {
    name,
    files,
    readText(path) {
      const found = resolvePath(files, path);
      const pieces = found && texts.get(`${found.layer} ${found.path}`);
      return pieces && Buffer.concat(pieces).toString('utf8');
    },
  };
  return { entries, root };
}

function noticesOf({ config }: ImageConfig, name: string): string[] {
  const triggers = (config as { OnBuild?: unknown } | undefined)?.OnBuild;
  if (!Array.isArray(triggers) || triggers.length === 0) return [];
  return [
    `${name} has ${triggers.length} ONBUILD instructions, which only a build of a Dockerfile runs: they are not run, and not kept.`,
  ];
}
