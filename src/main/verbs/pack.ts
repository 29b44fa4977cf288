import { existsSync } from 'node:fs';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import { DEFAULT_CREATED, imageCreated } from '../../engine/oci/created.ts';
import type { Platform } from '../../engine/oci/types.ts';
import type { ScaledPopularity } from '../../engine/plan/popularity-scale.ts';
import { startedConfig } from '../../shared/document/started-program.ts';
import { type AnnotatedSource, annotationsOf } from '../../shared/document/usual-annotations.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { MOST_IMAGE_LAYERS, mostStoreLayers } from '../../shared/layer-count.ts';
import { joinPackageName } from '../../shared/package-sources.ts';
import { checkDocument } from '../../shared/parse-document.ts';
import { assembleImage } from '../assemble/assemble.ts';
import type { BaseImage, Image } from '../assemble/image.ts';
import { withLayerCache } from '../layer-cache/with-layer-cache.ts';
import type { SelectedPackage } from '../nix/compose-selection.ts';
import { builtSharingLines } from '../planning/shared-layers.ts';
import type { RegistryAccess } from '../registry/access.ts';
import type { RootPackage } from '../root/merge-packages.ts';
import { FILE_LAYERS } from '../root/root-tree.ts';
import { type BaseContext, obtainBase } from './base.ts';
import { waitingTo } from './events.ts';
import { type PlannedClosure, type PlanningInput, planClosure } from './plan.ts';

/** A package as the closure of a document has it, with what its source says of it. */
type ClosurePackage = Pick<
  SelectedPackage,
  'source' | 'attribute' | 'output' | 'storePath' | 'priority' | 'pname' | 'version' | 'meta'
>;

/** What Nix built of a document: all that an image is made of, apart from the store paths themselves. */
export interface PackableClosure extends ScaledPopularity {
  readonly graph: ClosureGraph;
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

export interface PackContext extends BaseContext {
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
  const base = await obtainBase(document, closure.platform, context);
  const most = mostLayers(document, base);
  const budget = Math.min(document.layering.budget, most);
  const planned = planClosure(closure, { ...document.layering, budget }, input);
  const { graph, layers, known } = planned;
  const started = startedConfig(document, closure.packages);
  const assemble = () => {
    onEvent?.({ type: 'packing', graph, layers });
    return assembleImage({
      graph,
      storeRoot: closure.storeRoot,
      layers,
      packages: packagesInRoot(closure),
      own: document,
      ownFiles: { baseDirectory, checkFile },
      base,
      notices: [...(base?.notices ?? []), ...budgetNotices(most, planned, document), ...started.notices],
      yielding: yieldingPackages(document),
      platform: closure.platform,
      config: started.config,
      created,
      annotations: annotationsOf(document, {
        source: onlySource(closure),
        created: created === DEFAULT_CREATED ? undefined : created,
        base,
      }),
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
    attribute: joinPackageName(selected.source, selected.attribute),
    path: selected.storePath,
    priority: selected.priority,
  }));
}

/** Docker takes so many layers in all: those of a base and of files leave fewer for the packages. */
function mostLayers({ files = [] }: StrataDocument, base: BaseImage | undefined): number {
  if (base === undefined && files.length === 0) return Number.POSITIVE_INFINITY;
  return mostStoreLayers((base?.layers.length ?? 0) + (files.length === 0 ? 0 : FILE_LAYERS.length));
}

function budgetNotices(most: number, { layers }: PlannedClosure, { layering }: StrataDocument): string[] {
  if (layers.length < most || layering.budget <= most) return [];
  return [
    `The budget is ${most} instead of ${layering.budget}: docker takes ${MOST_IMAGE_LAYERS} layers with those of the base and of files.`,
  ];
}

const DEFAULT_PACKAGES: readonly string[] = ['cacert', 'iana-etc'];

/** Packages that every image gets: what a base has of the kind is as good. */
export function yieldingPackages({ packages }: Pick<StrataDocument, 'packages'>): ReadonlySet<string> {
  return new Set(DEFAULT_PACKAGES.filter((name) => !packages.includes(name)));
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
export function withMissingPaths(
  error: unknown,
  { graph, storeRoot }: { readonly graph: Pick<ClosureGraph, 'paths'>; readonly storeRoot: string },
): unknown {
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
