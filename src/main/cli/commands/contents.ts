import { storePathName } from '../../../engine/graph/closure-graph.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import type { ContentsEntry } from '../../root/contents.ts';
import { originText } from '../../root/own-path.ts';
import { checkEarly } from '../../verbs/check-early.ts';
import { composeDocument } from '../../verbs/compose.ts';
import { documentContents, type ImageContents } from '../../verbs/contents.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { noteSource } from '../note-source.ts';
import {
  addCompositionOptions,
  addImageOptions,
  type CompositionOptions,
  documentFrom,
  type ImageOptions,
  preferencesFromOptions,
} from '../options.ts';
import { printable } from '../printable.ts';
import { shown } from '../show-work.ts';
import { placeOfSpec } from '../source-options.ts';
import { formatTable } from '../table.ts';

interface ContentsOptions extends CompositionOptions, ImageOptions {
  readonly json?: true;
}

export const addContentsCommand: AddCommand = (program, run) => {
  const command = program
    .command('contents')
    .description(
      'Show the root file system of an image as a container sees it: modes, owners and who brings what.',
    )
    .argument('[spec]', 'a *.strata.json document');
  addImageOptions(addCompositionOptions(command)).option('--json', 'print it as JSON').action(run(contents));
};

async function contents(
  context: CommandContext,
  spec: string | undefined,
  options: ContentsOptions,
): Promise<undefined> {
  const { terminal } = context;
  const document = await documentFrom(spec, options);
  const found = await shown(context, async (work) => {
    const located = { ...work, ...placeOfSpec(spec, options) };
    await checkEarly(document, located);
    const composition = await composeDocument(document, { ...located, nix: preferencesFromOptions(options) });
    noteSource(terminal, composition);
    return documentContents(document, composition, located);
  });
  if (options.json) {
    terminal.print(JSON.stringify(contentsReport(found), null, 2));
    return undefined;
  }
  for (const line of contentsTable(found.entries, terminal.columns)) terminal.print(printable(line));
  for (const notice of found.notices) terminal.note(`note: ${notice}`);
  const bytes = found.entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  terminal.note(`${count(found.entries.length, 'entry', 'entries')}, ${formatBytes(bytes)} beside the store`);
  return undefined;
}

/** What `strata contents --json` prints. */
function contentsReport({ entries, conflicts, omissions, notices }: ImageContents): unknown {
  return { entries, conflicts, omissions, notices };
}

function contentsTable(entries: readonly ContentsEntry[], width: number): string[] {
  return formatTable(
    [
      { title: 'mode', align: 'right' },
      { title: 'owner' },
      { title: 'size', align: 'right' },
      { title: 'of' },
      { title: 'path' },
    ],
    entries.map(({ path, type, mode, owner, sizeBytes, target, origin }) => [
      mode.toString(8).padStart(4, '0'),
      `${owner.user ?? owner.uid}:${owner.group ?? owner.gid}`,
      type === 'file' ? formatBytes(sizeBytes) : '',
      originText(origin)
        .replace(/^the (?:package|document) /, '')
        .replace(/^\((.+)\)$/, '$1'),
      `${path}${type === 'directory' ? '/' : ''}${target === null ? '' : ` -> ${shortTarget(target)}`}`,
    ]),
    width,
  );
}

/** Without the hash of a store path, which says nothing here. */
function shortTarget(target: string): string {
  const [, storePath, rest = ''] = /^(\/.*?\/[0-9a-z]{32}-[^/]+)(\/.*)?$/.exec(target) ?? [];
  return storePath === undefined ? target : `${storePathName(storePath)}${rest}`;
}
