import { type Compression, documentSchema, type StrataDocument } from './document.ts';
import type { ExportFormat } from './export-formats.ts';
import { type SourceEntry, sourceEntries } from './package-sources.ts';
import { formatSource } from './source-notation.ts';

export interface CommandLineRequest {
  readonly document: StrataDocument;
  /** Where the document is saved without changes: then the command names the file instead of saying all that is in it. */
  readonly path: string | null;
  /** Images that it is planned with, as `--known` takes them. */
  readonly known?: readonly string[];
  /** A file of popularity counts, as `--pop` takes it. */
  readonly popularity?: string | undefined;
  readonly output: string;
  readonly format: ExportFormat;
}

/**
 * The arguments of `strata` that write the same image: `['build', …]`. What is left out is the default, so that what is
 * there is what matters. Where {@link unsaidFields} names any, the document has to be saved first.
 */
export function buildArguments({
  document,
  path,
  known = [],
  popularity,
  output,
  format,
}: CommandLineRequest): string[] {
  return [
    'build',
    ...(path === null ? documentArguments(document) : [path]),
    ...each('--known', known),
    ...option('--pop', popularity),
    ...(format === 'oci' ? [] : ['--format', format]),
    '--output',
    output,
  ];
}

/** The command that builds a document's image, to be copied. @param path null where it is not saved as it is */
export function documentCommand(document: StrataDocument, path: string | null, output: string): string {
  return shellWords(['strata', ...buildArguments({ document, path, output, format: 'oci' })]);
}

const ROOT_FIELDS = ['priorities', 'pathsToLink', 'files', 'directories', 'permissions', 'accounts'] as const;

/** Fields of a document that no option of the command line says, but only a document's file. */
export function unsaidFields(document: StrataDocument): string[] {
  const { created, layering, annotations } = document;
  const { pins = [], keepTogether = [], volatile = [] } = layering;
  const said = {
    created: created === undefined,
    annotations: annotations === undefined || Object.keys(annotations).length > 0,
    ...Object.fromEntries(ROOT_FIELDS.map((field) => [field, document[field] === undefined])),
    'layering.pins': pins.length === 0,
    'layering.keepTogether': keepTogether.length === 0,
    'layering.volatile': volatile.length === 0,
  };
  return Object.entries(said).flatMap(([field, isSaid]) => (isSaid ? [] : [field]));
}

/** Words as a POSIX shell reads them back. */
export function shellWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

const DEFAULTS = documentSchema.parse({ version: 1 });

function documentArguments(document: StrataDocument): string[] {
  const { system, packages, defaults } = document;
  return [
    ...(packages.length === 0 ? [] : ['--packages', packages.join(',')]),
    ...sourceEntries(document).flatMap(sourceArguments),
    ...option('--system', system),
    ...(defaults.cacert ? [] : ['--no-cacert']),
    ...(defaults.ianaEtc ? [] : ['--no-iana-etc']),
    ...layeringArguments(document),
    ...imageArguments(document),
    ...configArguments(document.config),
  ];
}

function sourceArguments({ name, source, importArguments }: SourceEntry): string[] {
  const named = (value: string): string => (name === null ? value : `${name}=${value}`);
  const isSaid = name !== null || source.type !== 'auto';
  return [
    ...(isSaid ? [name === null ? '--source' : '--source-as', named(formatSource(source))] : []),
    ...(Object.keys(importArguments).length === 0
      ? []
      : ['--import-arguments', named(JSON.stringify(importArguments))]),
  ];
}

function layeringArguments({ layering }: StrataDocument): string[] {
  const { budget, strategy, closureSizeThreshold, popularityThreshold, minLayerBytes, commonStart } =
    layering;
  return [
    ...option('--budget', budget === DEFAULTS.layering.budget ? undefined : budget),
    ...option('--strategy', strategy === DEFAULTS.layering.strategy ? undefined : strategy),
    ...option('--closure-size-threshold', closureSizeThreshold),
    ...option('--popularity-threshold', popularityThreshold),
    ...option('--min-layer-bytes', minLayerBytes),
    ...(commonStart ? ['--common-start'] : []),
  ];
}

function imageArguments(document: StrataDocument): string[] {
  const { name, base, tag, tags = [], annotations = {}, compression, mediaTypes } = document;
  const isNamed = name !== DEFAULTS.name || tag !== DEFAULTS.tag || tags.length > 0;
  return [
    ...option(
      '--name',
      isNamed ? (tag === DEFAULTS.tag && tags.length === 0 ? name : `${name}:${tag}`) : undefined,
    ),
    ...option('--base', base),
    ...each('--tag', tags),
    ...each('--annotation', pairs(annotations)),
    ...option('--compression', compressionText(compression)),
    ...option('--media-types', mediaTypes === DEFAULTS.mediaTypes ? undefined : mediaTypes),
  ];
}

function configArguments(config: StrataDocument['config']): string[] {
  return [
    ...option('--entrypoint', config.Entrypoint && JSON.stringify(config.Entrypoint)),
    ...option('--cmd', config.Cmd && JSON.stringify(config.Cmd)),
    ...each('--env', config.Env ?? []),
    ...option('--user', config.User),
    ...option('--workdir', config.WorkingDir),
    ...each('--expose', Object.keys(config.ExposedPorts ?? {})),
    ...each('--volume', Object.keys(config.Volumes ?? {})),
    ...each('--label', pairs(config.Labels ?? {})),
    ...option('--stop-signal', config.StopSignal),
    ...option('--healthcheck', config.Healthcheck && JSON.stringify(config.Healthcheck)),
    ...option('--shell', config.Shell && JSON.stringify(config.Shell)),
  ];
}

function pairs(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}

function compressionText({ type, level }: Compression): string | undefined {
  if (level !== undefined) return `${type}:${level}`;
  return type === DEFAULTS.compression.type ? undefined : type;
}

function option(name: string, value: string | number | undefined): string[] {
  if (value === undefined) return [];
  // A value that begins with a dash would be taken for an option.
  return String(value).startsWith('-') ? [`${name}=${value}`] : [name, String(value)];
}

function each(name: string, values: readonly string[]): string[] {
  return values.flatMap((value) => option(name, value));
}
