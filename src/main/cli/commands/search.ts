import type { CatalogEntry, LeftOut } from '../../../shared/contract/catalog.ts';
import { StrataError } from '../../../shared/errors.ts';
import { count, formatCount } from '../../../shared/format.ts';
import {
  joinPackageName,
  type SourceEntry,
  sourceEntries,
  splitPackageName,
} from '../../../shared/package-sources.ts';
import { refuseUnknownSources } from '../../nix/assign-sources.ts';
import { describeSource } from '../../nix/source/resolved-source.ts';
import { searchSource } from '../../verbs/search.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { addNixOptions, type NixOptions, preferencesFromOptions } from '../options.ts';
import { type PackageSizes, packageSizes, sizeCells, unknownSizes } from '../package-sizes.ts';
import { parseCount } from '../parse-count.ts';
import { shown } from '../show-work.ts';
import { addSourceOptions, type SourceOptions, sourcesWith } from '../source-options.ts';
import { formatTable } from '../table.ts';

interface SearchOptions extends NixOptions, SourceOptions {
  readonly system?: string;
  readonly limit: number;
  readonly sizes?: true;
  readonly json?: true;
}

/** Broken attributes that a search names. */
const MOST_NAMED = 3;

export const addSearchCommand: AddCommand = (program, run) => {
  const command = program
    .command('search')
    .description('Search a package source by attribute, name, version, description and programs.')
    .argument(
      '<words...>',
      'what to search for; with a source that has a name before them, as in tools:curl, in that',
    )
    .option('--system <system>', 'Nix system, such as aarch64-linux');
  addNixOptions(addSourceOptions(command))
    .option('--limit <count>', 'most packages to show', parseCount, 25)
    .option('--sizes', 'ask the store and the binary caches for the size of each with all that it needs')
    .option('--json', 'print the packages as JSON, with what was left out')
    .action(run(search));
};

async function search(
  context: CommandContext,
  words: readonly string[],
  options: SearchOptions,
): Promise<number> {
  const { terminal } = context;
  const { system, limit, sizes: withSizes, json } = options;
  if (limit < 1) throw new StrataError('usage', 'A limit is at least 1.');
  const nix = preferencesFromOptions(options);
  const { entry, query } = searched(words, options);
  const { name, importArguments } = entry;
  const request = { ...entry, system, nix };
  const found = await shown(context, async (work) => {
    const { opened, answer } = await searchSource(request, work, (catalog) => {
      const { broken, thrown } = catalog.leftOutCounts;
      const leftOut = catalog.leftOut(0, broken + thrown);
      return { ...catalog.search(query, 0, limit), of: catalog.entries, leftOut };
    });
    const sizes = withSizes ? await packageSizes(answer.entries, opened, importArguments) : undefined;
    return { source: opened.source, sizes, ...answer };
  });
  const { source, sizes, entries, total, of, leftOut } = found;
  if (json) {
    const packages = entries.map((entry) => ({ ...entry, size: sizes?.get(entry.attribute) }));
    terminal.print(JSON.stringify({ total, packages, leftOut }, null, 2));
  } else {
    for (const line of entries.length === 0 ? [] : searchTable(name, entries, sizes, terminal.columns)) {
      terminal.print(line);
    }
    const listed = total > entries.length ? `${entries.length} of ${total}` : String(total);
    terminal.note(`${listed} found among ${count(of, 'entry', 'entries')} of ${describeSource(source)}`);
    for (const line of unknownSizes(sizes)) terminal.note(line);
    for (const line of leftOutLines(leftOut)) terminal.note(line);
  }
  return entries.length > 0 ? EXIT.ok : EXIT.checkFailed;
}

/** The source that is searched, and for what: a word such as `tools:curl` names it. */
function searched(
  words: readonly string[],
  options: SourceOptions,
): { readonly entry: SourceEntry; readonly query: string } {
  const entries = sourceEntries(sourcesWith({ source: { type: 'auto' }, importArguments: {} }, options));
  const split = words.map((word) => {
    // Names in other languages have colons too: Test::More.
    const isPlain = !/^[a-z][a-z0-9-]*:[\w"]/.test(word);
    return { requested: word, ...(isPlain ? { source: null, attribute: word } : splitPackageName(word)) };
  });
  refuseUnknownSources(split, entries);
  const [name = null, ...others] = new Set(split.flatMap(({ source }) => source ?? []));
  if (others.length > 0) throw new StrataError('usage', 'A search looks into one package source.');
  const entry = entries.find((each) => each.name === name);
  if (entry === undefined) throw new Error('A source that is not refused is there.');
  return { entry, query: split.map(({ attribute }) => attribute).join(' ') };
}

/** What is broken by name, as far as it is soon read; what throws is meant to be missed. */
function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const broken = leftOut.filter(({ isThrown }) => !isThrown);
  const thrown = leftOut.length - broken.length;
  const named = broken.slice(0, MOST_NAMED);
  const kinds = [
    ...(broken.length > 0
      ? [`${count(broken.length, 'attribute')} that ${broken.length === 1 ? 'is' : 'are'} broken`]
      : []),
    ...(thrown > 0 ? [`${formatCount(thrown)} that ${thrown === 1 ? 'throws' : 'throw'}`] : []),
  ];
  return [
    `left out, as they cannot be evaluated (all with why: --json): ${kinds.join(', ')}`,
    ...named.map(({ attribute, reason }) => `  ${attribute}: ${reason}`),
    ...(broken.length > named.length ? [`  … and ${formatCount(broken.length - named.length)} more`] : []),
  ];
}

function searchTable(
  source: string | null,
  entries: readonly CatalogEntry[],
  sizes: PackageSizes | undefined,
  width: number,
): string[] {
  const right = (title: string) => ({ title, align: 'right' }) as const;
  return formatTable(
    [
      { title: 'attribute' },
      { title: 'version' },
      ...(sizes === undefined ? [] : [right('download'), right('installed')]),
      { title: 'description' },
    ],
    entries.map(({ attribute, version, marks, description, isSet, matchedProgram }) => {
      const remarks = [...marks, ...(matchedProgram === null ? [] : [`has ${matchedProgram}`])];
      const prefix = remarks.length === 0 ? '' : `[${remarks.join(', ')}] `;
      return [
        joinPackageName(source, isSet ? `${attribute}.…` : attribute),
        version,
        ...(sizes === undefined ? [] : sizeCells(isSet ? undefined : sizes.get(attribute))),
        `${prefix}${description}`,
      ];
    }),
    width,
  );
}
