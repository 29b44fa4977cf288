import type { ImageDiff, ImageDownload } from '../../../engine/compare/diff-images.ts';
import type { LayerSummary } from '../../../engine/compare/image-summary.ts';
import type { PackageVersion } from '../../../engine/compare/package-name.ts';
import { storePathName } from '../../../engine/graph/closure-graph.ts';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { BY_CHAIN, BY_DIGEST } from '../../../shared/stores.ts';
import { requireRules } from '../../compare/check-rules.ts';
import { parseLocation } from '../../images/location.ts';
import { parsePlatform } from '../../oci/platform.ts';
import { type Comparand, compareImages, type ImageComparison } from '../../verbs/compare.ts';
import { summarizeDocument, summarizeLocation } from '../../verbs/summarize.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { printable } from '../printable.ts';
import { accessFromOptions, addRegistryOptions, type RegistryOptions } from '../registry-options.ts';
import { addRuleOptions, type RuleOptions, rulesFrom, sizeOption } from '../rule-options.ts';
import { shown } from '../show-work.ts';

interface DiffOptions extends RegistryOptions, RuleOptions {
  readonly platform?: string;
  readonly json?: true;
}

export const addDiffCommand: AddCommand = (program, run) => {
  const command = program
    .command('diff')
    .description(
      'Compare two images: packages, layers, configuration, and what a client that has one downloads.',
    )
    .argument('<before>', 'a document, an image file or directory, or a registry reference')
    .argument('<after>', 'the same')
    .option('--platform <os/architecture>', "of an index; this machine's where it is left out")
    .option(
      '--max-new-bytes <size>',
      `most bytes that a client with the image before downloads (${BY_DIGEST})`,
      sizeOption,
    )
    .option('--max-new-bytes-by-chain <size>', `the same for ${BY_CHAIN}`, sizeOption);
  addRuleOptions(addRegistryOptions(command))
    .option('--json', 'print the difference as JSON')
    .action(run(diff));
};

async function diff(
  context: CommandContext,
  before: string,
  after: string,
  options: DiffOptions,
): Promise<undefined> {
  const { terminal } = context;
  const rules = await rulesFrom(options);
  const platform = options.platform === undefined ? undefined : parsePlatform(options.platform);
  const comparison = await shown(context, (work) => {
    const comparand = (name: string): Comparand => {
      const location = parseLocation(name);
      return {
        name,
        summarize: () =>
          location.type === 'document'
            ? summarizeDocument(location.path, { ...work, nix: { options: [] } })
            : summarizeLocation(location, name, { ...work, access: accessFromOptions(options), platform }),
      };
    };
    return compareImages(comparand(before), comparand(after), work);
  });
  if (options.json) terminal.print(JSON.stringify(comparison, null, 2));
  else for (const line of diffLines(comparison)) terminal.print(printable(line));
  if (rules !== undefined) requireRules(rules, { image: comparison.after, diff: comparison.diff });
  return undefined;
}

function diffLines({ before, after, diff }: ImageComparison): string[] {
  const { packages, layers, config, download, downloadByChain } = diff;
  return [
    `${before.name} → ${after.name}`,
    `size       ${change(diff, 'sizeBytes', formatBytes)}`,
    `layers     ${change(diff, 'layers', String)}: ${layers.kept.length} kept (${diff.moved.length} moved), ${layers.added.length} new, ${layers.removed.length} gone`,
    `download   ${amount(download)} (${BY_DIGEST})`,
    `           ${amount(downloadByChain)} (${BY_CHAIN})`,
    ...section('added', packages.added.map(packageName)),
    ...section('removed', packages.removed.map(packageName)),
    ...section(
      'changed',
      packages.changed.map(
        ({ name, output, before: old, after: now }) =>
          `${name}${outputSuffix(output)} ${old.join(', ')} → ${now.join(', ')}`,
      ),
    ),
    ...section('rebuilt', packages.rebuilt.map(packageName)),
    ...section(
      'new layers',
      layers.added.map((index) => layerName(itemAt(after.layers, index))),
    ),
    ...section(
      'configuration',
      config.map(({ member, before: old, after: now }) => `${member}: ${json(old)} → ${json(now)}`),
    ),
  ];
}

function amount({ layers, sizeBytes, compressedBytes }: ImageDownload): string {
  return `${count(layers, 'layer')}, ${formatBytes(sizeBytes)}, ${formatBytes(compressedBytes)} compressed`;
}

function change(
  { before, after }: ImageDiff,
  member: 'sizeBytes' | 'layers',
  format: (value: number) => string,
): string {
  return before[member] === after[member]
    ? format(after[member])
    : `${format(before[member])} → ${format(after[member])}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

function packageName({ name, version, output }: PackageVersion): string {
  return `${name}${outputSuffix(output)}${version === '' ? '' : ` ${version}`}`;
}

function outputSuffix(output: string): string {
  return output === 'out' ? '' : `.${output}`;
}

function layerName({ sizeBytes, storePaths }: LayerSummary): string {
  const names = storePaths.map(storePathName);
  const shown = names.slice(0, 6).join(', ');
  const more = names.length > 6 ? ` and ${names.length - 6} more` : '';
  return `${formatBytes(sizeBytes)}  ${names.length === 0 ? '(no store paths)' : shown + more}`;
}

function json(value: unknown): string {
  return value === undefined ? '(none)' : JSON.stringify(value);
}
