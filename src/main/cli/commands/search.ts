import type { CatalogEntry, LeftOut } from '../../../shared/contract/catalog.ts';
import { StrataError } from '../../../shared/errors.ts';
import { count, formatCount } from '../../../shared/format.ts';
import { parseSource } from '../../../shared/source-notation.ts';
import { describeSource } from '../../nix/source/resolved-source.ts';
import { searchSource } from '../../verbs/search.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { addNixOptions, type NixOptions, parseJsonObject, preferencesFromOptions } from '../options.ts';
import { type PackageSizes, packageSizes, sizeCells, unknownSizes } from '../package-sizes.ts';
import { parseCount } from '../parse-count.ts';
import { shown } from '../show-work.ts';
import { formatTable } from '../table.ts';

interface SearchOptions extends NixOptions {
  readonly source: string;
  readonly system?: string;
  readonly importArguments?: Record<string, unknown>;
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
    .argument('<words...>', 'what to search for')
    .option('--source <source>', 'as for build', 'auto')
    .option('--system <system>', 'Nix system, such as aarch64-linux')
    .option('--import-arguments <json>', 'arguments for the import of the package source', parseJsonObject);
  addNixOptions(command)
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
  const { system, importArguments = {}, limit, sizes: withSizes, json } = options;
  if (limit < 1) throw new StrataError('usage', 'A limit is at least 1.');
  const nix = preferencesFromOptions(options);
  const request = { source: parseSource(options.source), system, importArguments, nix };
  const found = await shown(context, async (work) => {
    const { opened, answer } = await searchSource(request, work, (catalog) => {
      const { broken, thrown } = catalog.leftOutCounts;
      const leftOut = catalog.leftOut(0, broken + thrown);
      return { ...catalog.search(words.join(' '), 0, limit), of: catalog.entries, leftOut };
    });
    const sizes = withSizes ? await packageSizes(answer.entries, opened, importArguments) : undefined;
    return { source: opened.source, sizes, ...answer };
  });
  const { source, sizes, entries, total, of, leftOut } = found;
  if (json) {
    const packages = entries.map((entry) => ({ ...entry, size: sizes?.get(entry.attribute) }));
    terminal.print(JSON.stringify({ total, packages, leftOut }, null, 2));
  } else {
    for (const line of entries.length === 0 ? [] : searchTable(entries, sizes, terminal.columns)) {
      terminal.print(line);
    }
    const listed = total > entries.length ? `${entries.length} of ${total}` : String(total);
    terminal.note(`${listed} found among ${count(of, 'entry', 'entries')} of ${describeSource(source)}`);
    for (const line of unknownSizes(sizes)) terminal.note(line);
    for (const line of leftOutLines(leftOut)) terminal.note(line);
  }
  return entries.length > 0 ? EXIT.ok : EXIT.checkFailed;
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
        isSet ? `${attribute}.…` : attribute,
        version,
        ...(sizes === undefined ? [] : sizeCells(isSet ? undefined : sizes.get(attribute))),
        `${prefix}${description}`,
      ];
    }),
    width,
  );
}
