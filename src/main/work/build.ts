import { join } from 'node:path';
import type { ClosureGraph, Popularity } from '../../engine/graph/closure-graph.ts';
import { imageCreated } from '../../engine/oci/created.ts';
import type { Plan, PlannedLayer } from '../../engine/plan/plan.ts';
import { planLayers } from '../../engine/strategies/index.ts';
import type { Layering, Selection, StrataDocument } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { planOptions } from '../../shared/plan-options.ts';
import { type AssembleProgress, assembleImage } from '../assemble/assemble.ts';
import type { Image } from '../assemble/image.ts';
import { type ComposedSelection, composeSelection, type SelectedPackage } from '../nix/compose-selection.ts';
import type { OnNixEvent } from '../nix/events.ts';
import type { NixPreferences } from '../nix/open-source.ts';
import type { ResolvedSource } from '../nix/source/resolved-source.ts';
import { starterPopularity } from '../starter/prepare.ts';
import type { BlobStore } from '../store/blob-store.ts';

/** The arrows from a document to an image, each a function: selection -> closure graph -> plan -> image. */

/** A selection with its closure graph, and how popular the paths in it are. */
export interface Composition extends ComposedSelection {
  readonly popularity: Popularity;
}

export interface ComposeContext {
  readonly cacheDirectory: string;
  readonly nix: NixPreferences;
  /** Relative paths in the document are taken from here: the directory that the document is in. */
  readonly baseDirectory?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnNixEvent | undefined;
  /** To run Nix in; the process's own where it is left out. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** @throws StrataError as {@link composeSelection} does; Cancelled. */
export async function composeDocument(selection: Selection, context: ComposeContext): Promise<Composition> {
  const { cacheDirectory, nix, baseDirectory, signal, onEvent, env } = context;
  const composed = await composeSelection(
    { ...selection, nix },
    { cacheDirectory, baseDirectory, signal, onEvent, env },
  );
  return { ...composed, popularity: await popularityOf(composed.source, context) };
}

/** How many packages of the source depend on each path; nothing where the source has no counts. */
async function popularityOf(source: ResolvedSource, context: ComposeContext): Promise<Popularity> {
  if (source.type !== 'starter') return {};
  return starterPopularity({ cache: context.cacheDirectory, signal: context.signal });
}

/** The plan of a document's layering; it answers every budget. */
export function planDocument(graph: ClosureGraph, popularity: Popularity, layering: Layering): Plan {
  return planLayers(layering.strategy, graph, { ...planOptions(layering), popularity });
}

export interface AssembleContext {
  readonly store: BlobStore;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: AssembleProgress) => void) | undefined;
}

/** An output of a package, as an image needs it. */
export type PackageOutput = Pick<SelectedPackage, 'attribute' | 'output' | 'storePath' | 'priority'>;

/** @throws StrataError as {@link assembleImage} does; Cancelled. */
export async function assembleDocument(
  document: StrataDocument,
  composition: Pick<ComposedSelection, 'graph' | 'platform' | 'storeRoot'> & {
    readonly packages: readonly PackageOutput[];
  },
  layers: readonly PlannedLayer[],
  context: AssembleContext,
): Promise<Image> {
  const { graph, storeRoot, packages, platform } = composition;
  return assembleImage({
    graph,
    storeRoot,
    layers,
    packages: packages.map((selected) => ({
      name: packageLabel(selected),
      path: selected.storePath,
      priority: selected.priority,
    })),
    platform,
    config: document.config,
    created: createdOf(document),
    compression: document.compression,
    mediaTypes: document.mediaTypes,
    ...context,
  });
}

/** A package as the user knows it: its attribute, with the output where it is not the usual one. */
function packageLabel({ attribute, output }: PackageOutput): string {
  return output === 'out' ? attribute : `${attribute}.${output}`;
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

/** All arrows at once, without a word: from a document to an image in the blob store. @throws as they do. */
export async function buildDocument(
  document: StrataDocument,
  context: ComposeContext & Pick<AssembleContext, 'store'>,
): Promise<Image> {
  const { store, signal } = context;
  const composition = await composeDocument(document, context);
  const { graph, popularity } = composition;
  const layers = planDocument(graph, popularity, document.layering).layers(document.layering.budget);
  return assembleDocument(document, composition, layers, { store, signal });
}

/** Where the packed layers are kept. */
export function blobStoreDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, 'blobs');
}
