import { walk } from '../../../engine/contents/stack-layers.ts';
import { storePathName } from '../../../engine/graph/closure-graph.ts';
import { formatPlatform } from '../../../engine/oci/platform.ts';
import { formatBytes } from '../../../shared/format.ts';
import { requireRules } from '../../compare/check-rules.ts';
import { summarizeDescription } from '../../compare/summarize-image.ts';
import type { ImageDescription } from '../../images/describe-image.ts';
import { parseLocation } from '../../images/location.ts';
import { parsePlatform } from '../../oci/platform.ts';
import { openAt, readableLocation } from '../../verbs/open.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { printable } from '../printable.ts';
import { accessFromOptions, addRegistryOptions, type RegistryOptions } from '../registry-options.ts';
import { addRuleOptions, type RuleOptions, rulesFrom } from '../rule-options.ts';
import { shown } from '../show-work.ts';
import { formatTable } from '../table.ts';

interface OpenOptions extends RegistryOptions, RuleOptions {
  readonly platform?: string;
  readonly files?: true;
  readonly json?: true;
}

export const addOpenCommand: AddCommand = (program, run) => {
  const command = program
    .command('open')
    .description('Show what is in an image of any builder: layers, store paths, wasted and duplicate bytes.')
    .argument('<image>', 'an OCI tar or directory, a docker-archive, or a registry reference')
    .option('--platform <os/architecture>', "of an index; this machine's where it is left out")
    .option('--files', 'list every file as a container sees it');
  addRuleOptions(addRegistryOptions(command))
    .option('--json', 'print the description as JSON, with the files where --files is given')
    .action(run(open));
};

async function open(context: CommandContext, image: string, options: OpenOptions): Promise<undefined> {
  const { terminal } = context;
  const rules = await rulesFrom(options);
  const location = readableLocation(parseLocation(image), image);
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  const description = await shown(context, (work) =>
    openAt(location, { ...work, access: accessFromOptions(options), platform }),
  );
  if (options.json) {
    for (const piece of reportPieces(description, options)) terminal.print(piece);
  } else {
    for (const line of descriptionLines(description, terminal.columns)) terminal.print(printable(line));
    if (options.files) for (const line of fileLines(description)) terminal.print(printable(line));
  }
  if (rules !== undefined) {
    const summary = summarizeDescription(description);
    requireRules(rules, { image: summary, efficiency: description.waste.efficiency });
  }
  return undefined;
}

function descriptionLines(image: ImageDescription, width: number): string[] {
  const { waste, dive } = image;
  const percent = (ratio: number) => `${(ratio * 100).toFixed(1)} %`;
  return [
    `${image.name}  ${formatPlatform(image.platform)}  ${image.descriptor.digest}`,
    '',
    ...formatTable(
      [
        { title: '#', align: 'right' },
        { title: 'size', align: 'right' },
        { title: 'compressed', align: 'right' },
        { title: 'files', align: 'right' },
        { title: 'made of' },
      ],
      image.layers.map((layer, index) => [
        String(index + 1),
        formatBytes(layer.uncompressedBytes),
        formatBytes(layer.descriptor.size),
        String(layer.entries.length),
        layer.storePaths.length > 0
          ? layer.storePaths.map(({ path }) => storePathName(path)).join(', ')
          : (layer.history ?? ''),
      ]),
      width,
    ),
    '',
    `shipped     ${formatBytes(waste.shippedBytes)}, the contents of all files`,
    `superseded  ${formatBytes(waste.supersededBytes)}, replaced or removed by a layer above`,
    `duplicate   ${formatBytes(waste.duplicateBytes)}, beyond the first copy of each file`,
    `efficiency  ${percent(waste.efficiency)}; ${percent(dive.score)} as dive counts it, by path`,
    ...image.notices.map((notice) => `note: ${notice}`),
  ];
}

function* fileLines({ stack }: ImageDescription): Generator<string> {
  yield '';
  for (const { path, entry } of walk(stack.root)) {
    if (entry === undefined || path === '') continue;
    const mode = entry.mode.toString(8).padStart(4, '0');
    const target = entry.linkTarget === undefined ? '' : ` -> ${entry.linkTarget}`;
    yield `${entry.type.padEnd(9)} ${mode} ${formatBytes(entry.sizeBytes).padStart(8)}  /${path}${target}`;
  }
}

/** In pieces, as millions of files are more than one string can hold. */
function* reportPieces(image: ImageDescription, { files }: OpenOptions): Generator<string> {
  const text = JSON.stringify(descriptionReport(image), null, 2);
  if (!files) return yield text;
  yield `${text.slice(0, text.lastIndexOf('\n}'))},\n  "files": [`;
  let previous: string | undefined;
  for (const { path, entry, layer } of walk(image.stack.root)) {
    if (entry === undefined || path === '') continue;
    if (previous !== undefined) yield `${previous},`;
    previous = `    ${JSON.stringify({ ...entry, path, layer })}`;
  }
  if (previous !== undefined) yield previous;
  yield '  ]\n}';
}

function descriptionReport({ stack: _stack, layers, ...image }: ImageDescription) {
  return {
    ...image,
    layers: layers.map(({ entries, blob: _, ...layer }) => ({ ...layer, files: entries.length })),
  };
}
