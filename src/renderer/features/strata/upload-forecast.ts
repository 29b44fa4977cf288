import type { ImageSummary } from '../../../engine/compare/image-summary.ts';
import { planUpload, registryLayers } from '../../../engine/compare/plan-upload.ts';
import type { ClosureGraph } from '../../../engine/graph/closure-graph.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { ImageResult } from '../../../shared/contract/images.ts';

/** What a push of these layers would upload. */
export interface UploadForecast {
  readonly layers: number;
  readonly newLayers: number;
  readonly newBytes: number;
  /** What a client that has the image there downloads where it finds layers by chain, uncompressed. */
  readonly newBytesByChain: number;
  /** As blobs; null where nothing tells how well this image's layers compress. */
  readonly uploadBytes: number | null;
}

export type Forecast = (layers: readonly PlannedLayer[]) => UploadForecast;

/** @param target what is there now; null for nothing */
export function forecaster(
  graph: ClosureGraph,
  target: Pick<ImageSummary, 'layers'> | null,
  lastImage: Pick<ImageSummary, 'layers'> | null,
): Forecast {
  const known = registryLayers(summary(target?.layers ?? []));
  // A registry that has nothing says nothing of compression: then the image that was packed last does.
  const ratioFrom = [target, lastImage].find((image) => hasBlobs(image));
  const ratio = ratioFrom ? registryLayers(summary(ratioFrom.layers)).compressionRatio : null;
  return (layers) => {
    const { newLayers, newBytes, newBytesByChain } = planUpload(graph, layers, known);
    return {
      layers: layers.length,
      newLayers,
      newBytes,
      newBytesByChain,
      uploadBytes: ratio === null ? null : Math.round(newBytes * ratio),
    };
  };
}

function hasBlobs(image: Pick<ImageSummary, 'layers'> | null): image is Pick<ImageSummary, 'layers'> {
  return image?.layers.some(({ compressedBytes }) => compressedBytes !== undefined) ?? false;
}

function summary(layers: ImageSummary['layers']): ImageSummary {
  return { name: '', platform: { architecture: '', os: '' }, config: {}, layers };
}

/** An image that was packed here, to be compared with. */
export function packedLayers(image: ImageResult | null): Pick<ImageSummary, 'layers'> | null {
  if (image === null) return null;
  return {
    layers: image.layers.map(({ digest, diffId, storePaths, sizeBytes, compressedBytes }) => ({
      digest,
      diffId,
      storePaths: storePaths.toSorted(),
      sizeBytes,
      compressedBytes,
    })),
  };
}
