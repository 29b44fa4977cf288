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
import { hashedPaths, storePathsKey, treeKey } from '../pack/layer-key.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { checkUser } from './accounts.ts';
import type { AssembledLayer, Image } from './image.ts';
import type { RootPackage } from './merge-packages.ts';
import { type LayerRequest, type ObtainedLayer, type ObtainProgress, obtainLayers } from './obtain-layers.ts';
import { withPropagatedPackages } from './propagated-packages.ts';
import { rootLayer } from './root-layer.ts';

export interface AssembleOptions {
  readonly graph: ClosureGraph;
  /** Below which directory the paths of the graph lie on disk; where they say, if left out. */
  readonly storeRoot?: string | undefined;
  /** A partition of the graph's nodes, in manifest order. */
  readonly layers: readonly PlannedLayer[];
  /** The outputs whose files appear in the image's root, in order of precedence. */
  readonly packages: readonly RootPackage[];
  readonly platform: Platform;
  readonly config?: RuntimeConfig;
  /** RFC 3339; see {@link imageCreated}. */
  readonly created?: string;
  readonly compression: { readonly type: LayerCompression; readonly level?: number | undefined };
  readonly mediaTypes?: MediaTypeFamily;
  readonly store: BlobStore;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: AssembleProgress) => void) | undefined;
  /** Most threads that pack. The image does not depend on it. */
  readonly workers?: number | undefined;
}

export type AssembleProgress = ObtainProgress;

/**
 * Makes an image of planned layers: takes each layer from the blob store or packs it into the store, makes the root
 * layer, and writes configuration and manifest. The same input gives the same bytes, whatever the cache holds.
 *
 * @throws StrataError `usage` (a compression that cannot be had), `invalid-document` (an unknown user), `file-system`,
 * `disk-full`; Cancelled.
 */
export async function assembleImage(options: AssembleOptions): Promise<Image> {
  const { platform, created = DEFAULT_CREATED, store, signal, onProgress, workers } = options;
  throwIfCancelled(signal);
  const compression = compressionSettings(options.compression);
  const mediaTypes = mediaTypesFor(options.mediaTypes ?? 'oci', compression.type);
  const inImage = new Set(options.graph.paths);
  const packages = withPropagatedPackages(options.packages, (path) => inImage.has(path), options.storeRoot);
  const root = rootLayer(packages, options.storeRoot);
  const config = options.config ?? {};
  checkUser(config.User, root.passwd, root.group);

  const requests = [
    ...options.layers.map((layer) => pathsRequest(options, layer, compression)),
    rootRequest(root.entries, compression),
  ];
  const obtained = await obtainLayers({ requests, compression, store, signal, onProgress, workers });
  const layers = requests.map((request, index) =>
    imageLayer(request, obtained[index], mediaTypes.layer, store),
  );
  const imageConfig = buildImageConfig({
    platform,
    created,
    config,
    certificateFile: root.certificateFile,
    layers: layers.map(({ diffId, packages, isRoot }) => ({
      diffId,
      history: isRoot
        ? `root: ${layerHistory(options.packages.map(({ name }) => name).toSorted())}`
        : layerHistory(packages),
    })),
  });
  const configBlob = jsonBlob(imageConfig, mediaTypes.config);
  const manifest = buildManifest({
    mediaType: mediaTypes.manifest,
    config: configBlob.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  });
  return {
    manifest: jsonBlob(manifest, mediaTypes.manifest),
    config: configBlob,
    layers,
    conflicts: root.conflicts,
    omissions: root.omissions,
    compression,
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

function pathsRequest(
  { graph, storeRoot }: Pick<AssembleOptions, 'graph' | 'storeRoot'>,
  { nodes, sizeBytes }: PlannedLayer,
  compression: CompressionSettings,
): LayerRequest {
  const paths = hashedPaths(graph, nodes);
  return {
    contents: { type: 'store-paths', paths: paths.map(({ path }) => path), storeRoot },
    key: storePathsKey(paths, compression),
    estimatedBytes: sizeBytes,
    packages: paths.map(({ path }) => storePathName(path)).toSorted(),
  };
}

function rootRequest(
  entries: ReturnType<typeof rootLayer>['entries'],
  compression: CompressionSettings,
): LayerRequest {
  return {
    contents: { type: 'tree', entries },
    key: treeKey(entries, compression),
    estimatedBytes: entries.length * 512,
    packages: [],
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
    paths: request.contents.type === 'tree' ? [] : request.contents.paths,
    packages: request.packages,
    isRoot: request.contents.type === 'tree',
    key: request.key,
    origin,
    file: store.blobPath(digest),
  };
}
