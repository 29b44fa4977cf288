import { dirname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { StrataError } from '../../shared/errors.ts';
import {
  type ImportArguments,
  importArgumentsSchema,
  type PackageSource,
  type SourceFields,
  sourceNameSchema,
} from '../../shared/package-sources.ts';
import { UNNAMED } from '../../shared/source-names.ts';
import { parseSource } from '../../shared/source-notation.ts';
import { absoluteArguments } from '../nix/overlays.ts';
import { absoluteSource } from '../nix/source/kinds.ts';

/** By name of the source; `source` is the one without a name. */
type ByName<Value> = Readonly<Record<string, Value>>;

/** Which package sources there are, beside or in place of those of a document. */
export interface SourceOptions {
  readonly source?: PackageSource;
  readonly sourceAs?: ByName<PackageSource>;
  readonly importArguments?: ByName<ImportArguments>;
}

/** Which sources are taken whatever the document's lock says. */
export interface LockOptions extends SourceOptions {
  readonly lock: boolean;
}

/** What is named on the command line is meant, also where the document's own is locked. */
/** Where a document is and what its lock is kept to for, as verbs take it. @param spec its file. */
export function placeOfSpec(spec: string | undefined, options: LockOptions) {
  return {
    file: spec,
    baseDirectory: spec === undefined ? undefined : dirname(spec),
    unlocked: unlockedBy(options),
  };
}

function unlockedBy({ lock, source, sourceAs = {} }: LockOptions): 'all' | (string | null)[] {
  if (!lock) return 'all';
  return [...(source === undefined ? [] : [null]), ...Object.keys(sourceAs)];
}

export function addSourceOptions(command: Command): Command {
  return command
    .option(
      '--source <source>',
      'auto, starter, nixpkgs[:CHANNEL|:COMMIT], git:URL, path:DIR or flake:REF',
      parseOneSource,
    )
    .option(
      '--source-as <name=source>',
      'a further source: with tools=…, the package curl of it is tools:curl; repeatable',
      collectSources,
    )
    .option(
      '--import-arguments <json>',
      'arguments for the import of the package source, or NAME=JSON for one with a name; repeatable',
      collectArguments,
    );
}

/** `--source`, which may be given once: a second would silently take the place of the first. */
export function parseOneSource(text: string, previous: PackageSource | undefined): PackageSource {
  if (previous !== undefined) {
    throw new InvalidArgumentError(
      'It is given twice: give a further source a name, as in --source-as tools=SOURCE.',
    );
  }
  return parseSource(text);
}

function collectSources(text: string, previous: ByName<PackageSource> = {}): ByName<PackageSource> {
  const [name, source] = splitAt(text);
  const parsed = sourceNameSchema.safeParse(name);
  if (!parsed.success) {
    throw new InvalidArgumentError(
      `${JSON.stringify(name)} cannot name a source: ${parsed.error.issues[0]?.message}.`,
    );
  }
  if (Object.hasOwn(previous, name)) throw new InvalidArgumentError(`The source ${name} is given twice.`);
  return { ...previous, [name]: parseSource(source) };
}

function collectArguments(text: string, previous: ByName<ImportArguments> = {}): ByName<ImportArguments> {
  const [name, json] = /^\s*\{/.test(text) ? [UNNAMED, text] : splitAt(text);
  if (Object.hasOwn(previous, name)) {
    const whose = name === UNNAMED ? 'the package source' : `the source ${name}`;
    throw new InvalidArgumentError(`The arguments of ${whose} are given twice.`);
  }
  return { ...previous, [name]: parseArguments(json) };
}

function splitAt(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`${JSON.stringify(text)} is not of the form NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseArguments(text: string): ImportArguments {
  try {
    const value = importArgumentsSchema.safeParse(JSON.parse(text));
    if (value.success) return value.data;
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('A JSON object is wanted, such as {"config":{"allowUnfree":true}}.');
}

/**
 * The package sources of a document with those of a command line over them.
 *
 * @param isOfFile whether the document is a file: what is relative in it is taken from its directory, and what is relative
 *   on the command line from the working directory all the same. @throws StrataError `usage` for arguments of a source that there is none of.
 */
export function sourcesWith(
  fields: SourceFields,
  { source, sourceAs = {}, importArguments = {} }: SourceOptions,
  isOfFile = false,
): SourceFields {
  const { [UNNAMED]: ofUnnamed, ...ofNamed } = importArguments;
  const here = (given: PackageSource): PackageSource =>
    isOfFile ? absoluteSource(given, process.cwd()) : given;
  const argumentsHere = (given: ImportArguments): ImportArguments =>
    isOfFile ? absoluteArguments(given, process.cwd()) : given;
  const sources = new Map(Object.entries(fields.sources ?? {}));
  for (const [name, given] of Object.entries(sourceAs)) {
    const kept = sources.get(name)?.importArguments;
    sources.set(name, { ...here(given), ...(kept === undefined ? {} : { importArguments: kept }) });
  }
  for (const [name, given] of Object.entries(ofNamed)) {
    const named = sources.get(name);
    if (named === undefined) {
      throw new StrataError('usage', `--import-arguments: there is no source ${JSON.stringify(name)}.`, {
        action: { action: 'name-source', name },
      });
    }
    sources.set(name, { ...named, importArguments: argumentsHere(given) });
  }
  return {
    source: source === undefined ? fields.source : here(source),
    importArguments: ofUnnamed === undefined ? fields.importArguments : argumentsHere(ofUnnamed),
    ...(sources.size > 0 && { sources: Object.fromEntries(sources) }),
  };
}
