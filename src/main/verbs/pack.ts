import { existsSync } from 'node:fs';
import type { ClosureGraph, Popularity } from '../../engine/graph/closure-graph.ts';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import { DEFAULT_CREATED, imageCreated } from '../../engine/oci/created.ts';
import type { Platform } from '../../engine/oci/types.ts';
import { imageConfigOf } from '../../shared/document/image-config.ts';
import { type AnnotatedSource, annotationsOf } from '../../shared/document/usual-annotations.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { joinPackageName } from '../../shared/package-sources.ts';
import { checkDocument } from '../../shared/parse-document.ts';
import { assembleImage } from '../assemble/assemble.ts';
import type { Image } from '../assemble/image.ts';
import { withLayerCache } from '../layer-cache/with-layer-cache.ts';
import type { SelectedPackage } from '../nix/compose-selection.ts';
import { builtSharingLines } from '../planning/shared-layers.ts';
import type { RegistryAccess } from '../registry/access.ts';
import type { RootPackage } from '../root/merge-packages.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { type WorkContext, waitingTo } from './events.ts';
import { type PlannedClosure, type PlanningInput, planClosure } from './plan.ts';

/** A package as the closure of a document has it, with what its source says of it. */
type ClosurePackage = Pick<
  SelectedPackage,
  'source' | 'attribute' | 'output' | 'storePath' | 'priority' | 'pname' | 'version' | 'meta'
>;

/** What Nix built of a document: all that an image is made of, apart from the store paths themselves. */
export interface PackableClosure {
  readonly graph: ClosureGraph;
  readonly popularity: Popularity;
  readonly platform: Platform;
  /** Below which directory the store paths lie on disk; '' where they lie where they say. */
  readonly storeRoot: string;
  /** Outputs whose files appear in the image's root, in order of precedence. */
  readonly packages: readonly ClosurePackage[];
  /** Where they are from. */
  readonly sources: readonly UsedSource[];
}

interface UsedSource {
  /** Null for the one without a name. */
  readonly name: string | null;
  readonly source: AnnotatedSource;
}

export interface PackContext extends WorkContext {
  /** Relative paths in the document are taken from here: the directory that the document is in. */
  readonly baseDirectory?: string | undefined;
  readonly store: BlobStore;
  /** A repository that packed layers are taken from, and one that they are put into. */
  readonly layerCache?: LayerCacheNames | undefined;
}

interface LayerCacheNames {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly access: RegistryAccess;
}

export interface PackedImage {
  readonly image: Image;
  readonly closure: PackableClosure;
  readonly planned: PlannedClosure;
  /** What the known images save, and why those that save nothing do not. */
  readonly sharing: readonly string[];
}

/**
 * Makes the image of a document with its closure: plans it, takes layers from the blob store, packs the others.
 *
 * @throws StrataError `not-found` where Nix has collected paths of the closure, and as planning and assembling do;
 *   Cancelled.
 */
export async function packDocument(
  document: StrataDocument,
  closure: PackableClosure,
  input: PlanningInput,
  context: PackContext,
): Promise<PackedImage> {
  const { store, cacheDirectory, signal, onEvent, layerCache, baseDirectory, checkFile } = context;
  checkDocument(document, `The document of ${document.name}`);
  const created = createdOf(document);
  const planned = planClosure(closure, document.layering, input);
  const { graph, layers, known } = planned;
  const assemble = () => {
    onEvent?.({ type: 'packing', graph, layers });
    return assembleImage({
      graph,
      storeRoot: closure.storeRoot,
      layers,
      packages: packagesInRoot(closure),
      own: document,
      ownFiles: { baseDirectory, checkFile },
      platform: closure.platform,
      config: imageConfigOf(document.config),
      created,
      annotations: annotationsOf(
        document,
        onlySource(closure),
        created === DEFAULT_CREATED ? undefined : created,
      ),
      compression: document.compression,
      mediaTypes: document.mediaTypes,
      store,
      signal,
      onProgress: (progress) => onEvent?.({ type: 'layer', progress }),
    });
  };
  try {
    const image =
      layerCache === undefined
        ? await assemble()
        : await withLayerCache(
            {
              ...layerCache,
              cacheDirectory,
              store,
              signal,
              note: (text) => onEvent?.({ type: 'note', text }),
              onWaiting: waitingTo(onEvent),
            },
            { graph, layers, compression: document.compression },
            assemble,
          );
    return { image, closure, planned, sharing: builtSharingLines(graph, layers, image, known) };
  } catch (error) {
    throw withMissingPaths(error, closure);
  }
}

/** Of several, none is what the image as a whole is made from. */
function onlySource({ sources: [first, ...others] }: PackableClosure): AnnotatedSource | undefined {
  return others.length === 0 ? first?.source : undefined;
}

/** The packages of a closure whose files are in the image's root. */
export function packagesInRoot({ packages }: Pick<PackableClosure, 'packages'>): readonly RootPackage[] {
  return packages.map((selected) => ({
    name: packageLabel(selected),
    path: selected.storePath,
    priority: selected.priority,
  }));
}

/** A package as the user knows it: its attribute, with the output where it is not the usual one. */
function packageLabel({
  source,
  attribute,
  output,
}: Pick<ClosurePackage, 'source' | 'attribute' | 'output'>): string {
  return joinPackageName(source, output === 'out' ? attribute : `${attribute}.${output}`);
}

function createdOf(document: StrataDocument): string {
  try {
    return imageCreated(document.created, process.env.SOURCE_DATE_EPOCH);
  } catch (cause) {
    throw new StrataError('usage', (cause as Error).message, {
      hint: 'Unset SOURCE_DATE_EPOCH, or set it to whole seconds since 1970.',
      cause,
    });
  }
}

/** Nix may have collected the paths of a build that is older than its GC root. */
function withMissingPaths(error: unknown, { graph, storeRoot }: PackableClosure): unknown {
  if (!(error instanceof StrataError) || error.code !== 'file-system') return error;
  const missing = graph.paths.filter((path) => !existsSync(physicalPath(storeRoot, path)));
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
