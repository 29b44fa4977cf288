import { dirname } from 'node:path';
import { storePathName } from '../../engine/graph/closure-graph.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { count } from '../../shared/format.ts';
import type { ComparedImage } from '../../shared/known-images.ts';
import { planGraph } from '../../shared/plan-graph.ts';
import type { Image } from '../assemble/image.ts';
import { imageNotices } from '../assemble/image-notices.ts';
import { ownDataDirectory } from '../files/own-directory.ts';
import { buildRecordsDirectory } from '../files/paths.ts';
import { withLayerCache } from '../layer-cache/with-layer-cache.ts';
import { type BuiltClosure, recordBuild } from '../planning/build-records.ts';
import { builtSharingLines } from '../planning/shared-layers.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { assembleDocument, type Composition, composeDocument } from '../work/build.ts';
import type { CommandContext } from './command.ts';
import { showNixProgress } from './nix-progress.ts';
import { noteSource } from './note-source.ts';
import { type NixOptions, preferencesFromOptions } from './options.ts';
import { showPackProgress } from './pack-progress.ts';
import { noteUnmatched, type PlanningOptions, readPlanningInput } from './planning-options.ts';
import { accessFromOptions, type RegistryOptions } from './registry-options.ts';

export interface BuildImageOptions extends NixOptions, RegistryOptions, PlanningOptions {
  readonly document: StrataDocument;
  /** The file that the document is from. */
  readonly spec: string | undefined;
  readonly cacheDirectory: string;
  readonly blobs: BlobStore;
}

/** An image with what it was made of. */
export interface BuiltImage {
  readonly image: Image;
  readonly composition: Composition;
  /** What it was planned with. */
  readonly known: readonly ComparedImage[];
}

/** From a document to an image in the blob store, with progress, and with notes of what the user should know. */
export async function buildImage(context: CommandContext, options: BuildImageOptions): Promise<BuiltImage> {
  const { terminal, signal } = context;
  const { document, spec, cacheDirectory, blobs: store } = options;
  const nix = preferencesFromOptions(options);
  const input = await readPlanningInput(context, options, document.layering, document.system);
  const progress = showNixProgress(terminal);
  const composition = await composeDocument(document, {
    cacheDirectory,
    nix,
    baseDirectory: spec === undefined ? undefined : dirname(spec),
    signal,
    onEvent: progress.onEvent,
  }).finally(progress.finish);
  noteSource(terminal, composition);

  const { graph, popularity } = composition;
  const planned = planGraph({ graph, popularity, layering: document.layering, ...input });
  noteUnmatched(context, planned.unmatchedHints);
  const layers = planned.plan.layers(document.layering.budget);
  if (spec !== undefined) await remember(context, spec, composition);
  const image = await withLayerCache(
    {
      from: options.cacheFrom,
      to: options.cacheTo,
      access: accessFromOptions(options),
      cacheDirectory,
      store,
      signal,
      note: (line) => terminal.note(line),
    },
    { graph, layers, compression: document.compression },
    () => {
      const packing = showPackProgress(terminal, 'Packing');
      return assembleDocument(document, composition, layers, {
        store,
        signal,
        onProgress: packing.onLayer,
      }).finally(packing.finish);
    },
  );
  for (const notice of imageNotices(image)) terminal.note(`note: ${notice}`);
  noteConflicts(context, image);
  for (const line of builtSharingLines(graph, layers, image, planned.known)) terminal.note(line);
  return { image, composition, known: planned.known };
}

/** What `strata learn` learns from. A build is no worse where it cannot be remembered. */
async function remember({ terminal }: CommandContext, spec: string, built: BuiltClosure): Promise<void> {
  try {
    await recordBuild(buildRecordsDirectory(ownDataDirectory()), spec, built);
  } catch (error) {
    if (!(error instanceof StrataError)) throw error;
    const { message, hint } = error;
    terminal.note(`warning: this build is not remembered for \`strata learn\`: ${message}`);
    if (hint !== undefined) terminal.note(`hint: ${hint}`);
  }
}

const MOST_CONFLICTS = 10;

function noteConflicts({ terminal, verbose }: CommandContext, { conflicts }: Image): void {
  const shown = verbose ? conflicts : conflicts.slice(0, MOST_CONFLICTS);
  for (const { path, kept, dropped } of shown) {
    const owners = `${kept.package} (kept) and ${dropped.package}`;
    terminal.note(`conflict: ${path} is in ${owners}: ${storePathName(dropped.file)} is not linked`);
  }
  if (conflicts.length > shown.length) {
    terminal.note(`… and ${count(conflicts.length - shown.length, 'more conflict')}; --verbose shows all`);
  }
}
