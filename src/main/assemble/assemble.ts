import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { storePathName } from '../../engine/graph/closure-graph.ts';
import { buildImageConfig, layerHistory } from '../../engine/oci/build-config.ts';
import { buildManifest } from '../../engine/oci/build-manifest.ts';
import { DEFAULT_CREATED } from '../../engine/oci/created.ts';
import {
  imageMediaTypes,
  type LayerCompression,
  type MediaTypeFamily,
} from '../../engine/oci/media-types.ts';
import type { Platform, RuntimeConfig } from '../../engine/oci/types.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { type CompressionSettings, compressionSettings } from '../archive/codec.ts';
import { jsonBlob } from '../oci/bytes.ts';
import { hashedPaths, storePathsKey } from '../pack/layer-key.ts';
import { checkUser } from '../root/accounts.ts';
import type { RootPackage } from '../root/merge-packages.ts';
import type { ReadFilesContext } from '../root/read-own-files.ts';
import { type ImageRoot, imageRoot, type RootFields } from '../root/root.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { AssembledLayer, BaseImage, BaseLayer, Image } from './image.ts';
import { type LayerRequest, type ObtainedLayer, type ObtainProgress, obtainLayers } from './obtain-layers.ts';
import { type ImageFileNames, programNotices } from './program-notices.ts';
import { rootLayers } from './root-layers.ts';

export interface AssembleOptions {
  readonly graph: ClosureGraph;
  /** Below which directory the paths of the graph lie on disk; where they say, if left out. */
  readonly storeRoot?: string | undefined;
  /** A partition of the graph's nodes, in manifest order. */
  readonly layers: readonly PlannedLayer[];
  /** The outputs whose files appear in the image's root, in order of precedence. */
  readonly packages: readonly RootPackage[];
  /** What the document adds to the root. */
  readonly own?: RootFields | undefined;
  /** How the files of this machine are found that it names. */
  readonly ownFiles?: Omit<ReadFilesContext, 'signal'> | undefined;
  /** The image to build on. */
  readonly base?: BaseImage | undefined;
  /** What is to be told of the image, as whole sentences. */
  readonly notices?: readonly string[] | undefined;
  /** Names of packages that nobody asked for, see {@link imageRoot}. */
  readonly yielding?: ReadonlySet<string> | undefined;
  readonly platform: Platform;
  readonly config?: RuntimeConfig;
  /** RFC 3339; see {@link imageCreated}. */
  readonly created?: string;
  readonly compression: { readonly type: LayerCompression; readonly level?: number | undefined };
  readonly mediaTypes?: MediaTypeFamily;
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly store: BlobStore;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: AssembleProgress) => void) | undefined;
  /** Most threads that pack. The image does not depend on it. */
  readonly workers?: number | undefined;
}

export type AssembleProgress = ObtainProgress;

/**
 * Makes an image of planned layers: takes each layer from the blob store or packs it into the store, makes the root's
 * layers, and writes configuration and manifest. The same input gives the same bytes, whatever the cache holds.
 *
 * @throws StrataError `usage` (a compression that cannot be had), `invalid-document` (an unknown user), `file-system`,
 * `disk-full`; Cancelled.
 */
export async function assembleImage(options: AssembleOptions): Promise<Image> {
  const { platform, created = DEFAULT_CREATED, base, store, signal, onProgress, workers } = options;
  throwIfCancelled(signal);
  const compression = compressionSettings(options.compression);
  const mediaTypes = mediaTypesFor(options.mediaTypes ?? 'oci', compression.type);
  const root = await imageRoot(
    {
      packages: options.packages,
      closure: options.graph,
      storeRoot: options.storeRoot,
      own: options.own,
      base: base?.root,
      yielding: options.yielding,
    },
    { ...options.ownFiles, signal },
  );
  const config = options.config ?? {};
  checkUser(config.User, root.passwd, root.group);

  const requests = [
    ...options.layers.map((layer) => pathsRequest(options, layer, compression)),
    ...(await rootLayers(root.root, compression, signal)),
  ];
  const obtained = await obtainLayers({ requests, compression, store, signal, onProgress, workers });
  const family = options.mediaTypes ?? 'oci';
  const baseLayers = (base?.layers ?? []).map((layer) => baseLayer(layer, family, store));
  const packed = requests.map((request, index) =>
    imageLayer(request, obtained[index], mediaTypes.layer, store),
  );
  const layers = [...baseLayers, ...packed];
  const imageConfig = buildImageConfig({
    platform,
    created,
    config,
    certificateFile: root.certificateFile,
    base,
    layers: packed.map((layer) => ({ diffId: layer.diffId, history: historyOf(layer, options) })),
  });
  const configBlob = jsonBlob(imageConfig, mediaTypes.config);
  const manifest = buildManifest({
    mediaType: mediaTypes.manifest,
    config: configBlob.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
    annotations: options.annotations,
  });
  return {
    manifest: jsonBlob(manifest, mediaTypes.manifest),
    config: configBlob,
    layers,
    conflicts: root.conflicts,
    omissions: root.omissions,
    base,
    notices: [
      ...(options.notices ?? []),
      ...root.notices,
      ...programNotices(imageConfig.config ?? {}, namesIn(root, new Set(options.graph.paths))),
    ],
    compression,
  };
}

/** @param storePaths of the image: what is in them is not looked at. */
function namesIn(root: ImageRoot, storePaths: ReadonlySet<string>): ImageFileNames {
  const isInStore = (path: string) =>
    [...path.matchAll(/\//g)].some(({ index }) => index > 0 && storePaths.has(path.slice(0, index)));
  return {
    has: (path) => isInStore(path) || root.has(path),
    namesIn: root.namesIn,
  };
}

function mediaTypesFor(family: MediaTypeFamily, compression: LayerCompression) {
  const mediaTypes = imageMediaTypes(family, compression);
  if (mediaTypes !== undefined) return mediaTypes;
  throw new StrataError(
    'usage',
    `Docker's media types have none for layers compressed with ${compression}.`,
    {
      hint: 'Choose the media types of OCI, or gzip.',
    },
  );
}

function historyOf({ kind, packages, files }: AssembledLayer, options: AssembleOptions): string {
  switch (kind) {
    case 'root':
      return `root: ${layerHistory(options.packages.map(({ name }) => name).toSorted())}`;
    case 'files':
      return `files: ${layerHistory(files)}`;
    default:
      return layerHistory(packages);
  }
}

function pathsRequest(
  { graph, storeRoot }: Pick<AssembleOptions, 'graph' | 'storeRoot'>,
  { nodes, sizeBytes }: PlannedLayer,
  compression: CompressionSettings,
): LayerRequest {
  const paths = hashedPaths(graph, nodes);
  return {
    kind: 'store',
    contents: { type: 'store-paths', paths: paths.map(({ path }) => path), storeRoot },
    key: storePathsKey(paths, compression),
    estimatedBytes: sizeBytes,
    packages: paths.map(({ path }) => storePathName(path)).toSorted(),
    files: [],
  };
}

/** A layer of the base as it is, listed with a media type of the family of the image: manifests that mix them are refused. */
function baseLayer(layer: BaseLayer, family: MediaTypeFamily, store: BlobStore): AssembledLayer {
  const { digest, diffId, sizeBytes, uncompressedBytes, compression, paths, isFetched } = layer;
  return {
    descriptor: { mediaType: mediaTypesFor(family, compression).layer, digest, size: sizeBytes },
    diffId,
    sizeBytes: uncompressedBytes,
    compressedBytes: sizeBytes,
    kind: 'base',
    paths,
    packages: paths.map(storePathName).toSorted(),
    files: [],
    key: undefined,
    origin: isFetched ? 'fetched' : 'cached',
    file: store.blobPath(digest),
  };
}

function imageLayer(
  request: LayerRequest,
  obtained: ObtainedLayer | undefined,
  mediaType: string,
  store: BlobStore,
): AssembledLayer {
  if (obtained === undefined) throw new Error('A layer is missing from those that were packed.');
  const { digest, diffId, sizeBytes, uncompressedBytes, origin } = obtained;
  return {
    descriptor: { mediaType, digest, size: sizeBytes },
    diffId,
    sizeBytes: uncompressedBytes,
    compressedBytes: sizeBytes,
    kind: request.kind,
    paths: request.contents.type === 'tree' ? [] : request.contents.paths,
    packages: request.packages,
    files: request.files,
    key: request.key,
    origin,
    file: store.blobPath(digest),
  };
}
