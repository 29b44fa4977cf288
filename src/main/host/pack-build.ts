import { existsSync } from 'node:fs';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import { platformOf } from '../../engine/oci/platform.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import type { KnownImage } from '../../shared/known-images.ts';
import type { Image } from '../assemble/image.ts';
import type { JobReport } from '../jobs/job.ts';
import { builtSharingLines } from '../planning/shared-layers.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { assembleDocument } from '../work/build.ts';
import { followPacking } from './pack-progress.ts';
import { planBuild } from './plan-build.ts';
import type { BuildRecord } from './records/build-record.ts';

export interface PackContext {
  readonly store: BlobStore;
  readonly signal: AbortSignal;
  /** Told of each layer; null where nobody listens. */
  readonly report: JobReport<'image' | 'push'> | null;
  /** Images whose layers are taken over where that pays. */
  readonly known: readonly KnownImage[];
}

export interface PackedBuild {
  readonly image: Image;
  /** What the known images save, and why those that save nothing do not. */
  readonly sharing: readonly string[];
}

/**
 * Makes the image of a document with the closure of a build; layers that are in the blob store are taken from there.
 *
 * @throws StrataError `not-found` where Nix has collected the build's paths, and as assembling does; Cancelled.
 */
export async function packBuild(
  document: StrataDocument,
  record: BuildRecord,
  { store, signal, report, known }: PackContext,
): Promise<PackedBuild> {
  const { graph, plan, known: compared } = planBuild(record, document.layering, known);
  const layers = plan.layers(document.layering.budget);
  const platform = platformOf(record.platform);
  const { storeRoot } = record;
  const composition = { graph, storeRoot, packages: record.outputs, platform };
  const onProgress = report === null ? undefined : followPacking(report, graph, layers).onLayer;
  try {
    const image = await assembleDocument(document, composition, layers, { store, signal, onProgress });
    return { image, sharing: builtSharingLines(graph, layers, image, compared) };
  } catch (error) {
    throw withMissingPaths(error, graph.paths, storeRoot);
  }
}

/** Nix may have collected the paths of a build that is older than its GC root. */
function withMissingPaths(error: unknown, paths: readonly string[], storeRoot: string): unknown {
  if (!(error instanceof StrataError) || error.code !== 'file-system') return error;
  const missing = paths.filter((path) => !existsSync(physicalPath(storeRoot, path)));
  if (missing.length === 0) return error;
  return new StrataError(
    'not-found',
    `${missing.length} store paths of this build are gone from this machine.`,
    {
      hint: 'Build again: Nix brings them back.',
      details: { missing: missing.slice(0, 20) },
      cause: error,
    },
  );
}
