import type { StrataDocument } from '../../shared/document.ts';
import { count } from '../../shared/format.ts';
import type { Image } from '../assemble/image.ts';
import { conflictText, imageNotices } from '../assemble/image-notices.ts';
import { ownDataDirectory } from '../files/own-directory.ts';
import { buildRecordsDirectory } from '../files/paths.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { type BuiltImage, buildDocument } from '../verbs/build.ts';
import type { CommandContext } from './command.ts';
import { noteSource } from './note-source.ts';
import { type NixOptions, preferencesFromOptions } from './options.ts';
import { noteUnmatched, type PlanningOptions, readPlanningInput } from './planning-options.ts';
import { accessFromOptions, type RegistryOptions } from './registry-options.ts';
import { shown } from './show-work.ts';
import { type LockOptions, placeOfSpec } from './source-options.ts';

export interface BuildImageOptions extends LockOptions, NixOptions, RegistryOptions, PlanningOptions {
  readonly document: StrataDocument;
  /** The file that the document is from. */
  readonly spec: string | undefined;
  readonly blobs: BlobStore;
}

/** From a document to an image in the blob store, with notes of what the user should know. */
export async function buildImage(context: CommandContext, options: BuildImageOptions): Promise<BuiltImage> {
  const { terminal } = context;
  const { document, spec, blobs: store, cacheFrom: from, cacheTo: to } = options;
  const input = await readPlanningInput(context, options, document.layering, document.system);
  const built = await shown(context, (work) =>
    buildDocument(document, input, {
      ...work,
      store,
      nix: preferencesFromOptions(options),
      ...placeOfSpec(spec, options),
      remember:
        spec === undefined ? undefined : { directory: buildRecordsDirectory(ownDataDirectory()), file: spec },
      access: accessFromOptions(options),
      layerCache: { from, to, access: accessFromOptions(options) },
      onComposed: (composition) => noteSource(terminal, composition),
    }),
  );
  noteUnmatched(context, built.planned.unmatchedHints);
  for (const notice of imageNotices(built.image)) terminal.note(`note: ${notice}`);
  noteConflicts(context, built.image);
  for (const line of built.sharing) terminal.note(line);
  return built;
}

const MOST_CONFLICTS = 10;

function noteConflicts({ terminal, verbose }: CommandContext, { conflicts }: Image): void {
  const told = verbose ? conflicts : conflicts.slice(0, MOST_CONFLICTS);
  for (const conflict of told) terminal.note(`conflict: ${conflictText(conflict)}`);
  if (conflicts.length > told.length) {
    terminal.note(`… and ${count(conflicts.length - told.length, 'more conflict')}; --verbose shows all`);
  }
}
