import { type Command, InvalidArgumentError, Option } from 'commander';
import { imageNameOf } from '../../shared/document/image-name-of.ts';
import {
  type Compression,
  layeringSchema,
  MAX_BUDGET,
  STRATEGIES,
  type StrataDocument,
} from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { checkDocument } from '../../shared/parse-document.ts';
import { BY_CHAIN } from '../../shared/stores.ts';
import { readDocumentFile } from '../documents/document-file.ts';
import { formatLocation, locationFrom } from '../images/location.ts';
import type { NixPreferences } from '../nix/open-source.ts';
import { parseCount } from './parse-count.ts';
import { addRootOptions, type RootOptions, rootFieldsWith } from './root-options.ts';
import { addSourceOptions, type LockOptions, sourcesWith } from './source-options.ts';

/** Options that are passed through to Nix. */
export interface NixOptions {
  readonly builders?: string;
  readonly store?: string;
  readonly option?: readonly (readonly [string, string])[];
  readonly timeout?: number;
}

/** Options of the commands that compose an image; each overrides the document's field. */
export interface CompositionOptions extends NixOptions, LockOptions {
  readonly packages?: readonly string[];
  /** Several for `push` only. */
  readonly system?: readonly string[];
  readonly cacert: boolean;
  readonly ianaEtc: boolean;
}

export interface LayeringOptions {
  readonly budget?: number;
  readonly strategy?: StrataDocument['layering']['strategy'];
  readonly closureSizeThreshold?: number;
  readonly popularityThreshold?: number;
  readonly minLayerBytes?: number;
  readonly commonStart?: true;
}

export interface ImageOptions extends RootOptions {
  readonly name?: string;
  readonly base?: string;
  readonly tag?: readonly string[];
  readonly annotation?: readonly string[];
  readonly healthcheck?: unknown;
  readonly shell?: readonly string[];
  readonly compression?: Compression;
  readonly mediaTypes?: StrataDocument['mediaTypes'];
  readonly cmd?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env?: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly expose?: readonly string[];
  readonly volume?: readonly string[];
  readonly label?: readonly string[];
  readonly stopSignal?: string;
}

export function addCompositionOptions(command: Command): Command {
  command.option('-p, --packages <names>', 'packages, separated by commas; repeatable', collectNames);
  addSourceOptions(command)
    .option('--system <system>', 'Nix system to build for, such as aarch64-linux', collect)
    .option('--no-lock', 'take sources as they are now, whatever the lock of the document says')
    .option('--no-cacert', 'leave the certificates out')
    .option('--no-iana-etc', 'leave the names of protocols and services out');
  return addNixOptions(command);
}

export function addNixOptions(command: Command): Command {
  return command
    .option('--builders <builders>', 'remote builders, as Nix takes them')
    .option('--store <url>', 'Nix store to build in, as Nix takes it')
    .option('--option <name=value>', 'a setting of Nix, as in --option NAME VALUE; repeatable', collectPairs)
    .option('--timeout <seconds>', 'stop a build that takes longer', parseCount);
}

export function addLayeringOptions(command: Command): Command {
  return command
    .option('--budget <layers>', `most layers of store paths (1 to ${MAX_BUDGET})`, parseCount)
    .addOption(new Option('--strategy <strategy>', 'how paths are grouped into layers').choices(STRATEGIES))
    .option(
      '--closure-size-threshold <bytes>',
      'nixery: larger closures become layers of their own',
      parseCount,
    )
    .option(
      '--popularity-threshold <count>',
      'nixery: paths this popular become layers of their own',
      parseCount,
    )
    .option(
      '--min-layer-bytes <bytes>',
      'strata: smaller paths join others where that costs little (2000000; 0: none do)',
      parseCount,
    )
    .option(
      '--common-start',
      `strata: begin as a known image does, so that ${BY_CHAIN} shares those layers too`,
    );
}

export function addImageOptions(command: Command): Command {
  command
    .option('--name <name[:tag]>', 'name of the image')
    .option('--base <image>', 'image to build on: an archive, a layout or a reference')
    .option('--tag <tag>', 'a tag of the image; repeatable', collect)
    .option(
      '--annotation <name=value>',
      'annotation of the manifest, beside the usual ones; repeatable',
      collect,
    )
    .option('--compression <type[:level]>', 'gzip, zstd or none', parseCompression)
    .addOption(new Option('--media-types <kind>', 'media types of the manifest').choices(['oci', 'docker']))
    .option('--cmd <words>', 'default command: a JSON array, or words', parseWords)
    .option('--entrypoint <words>', 'entry point: a JSON array, or words', parseWords)
    .option('--env <name=value>', 'environment variable; repeatable', collect)
    .option('--user <user>', 'user, or user:group')
    .option('--workdir <directory>', 'working directory')
    .option('--expose <port>', 'port such as 80/tcp; repeatable', collect)
    .option('--volume <directory>', 'mount point; repeatable', collect)
    .option('--label <name=value>', 'label; repeatable', collect)
    .option('--stop-signal <signal>', 'signal that stops the program')
    .option(
      '--healthcheck <words>',
      "words of a command, a JSON array, or a JSON object as Docker's images have it",
      parseHealthcheck,
    )
    .option('--shell <words>', 'shell that later builds take: a JSON array, or words', parseWords);
  return addRootOptions(command);
}

/**
 * The document that a command line describes: the file, where one is named, with the options over it.
 *
 * @throws StrataError `usage`, `invalid-document` or `file-system`
 */
export async function documentFrom(
  spec: string | undefined,
  options: CompositionOptions & LayeringOptions & ImageOptions,
): Promise<StrataDocument> {
  if (spec === undefined && (options.packages ?? []).length === 0) {
    throw new StrataError('usage', 'Neither a document nor packages are named.', {
      hint: 'Give a *.strata.json document, or packages: --packages bash,curl.',
    });
  }
  const base =
    spec === undefined
      ? checkDocument({ version: 1 }, 'the command line')
      : (await readDocumentFile(spec, spec)).document;
  const [, name = options.name, ...tagOfName] = /^(.+):([^:/]+)$/.exec(options.name ?? '') ?? [];
  const packages = options.packages ?? base.packages;
  const [tag, ...tags] = [...tagOfName, ...(options.tag ?? [])];
  return checkDocument(
    {
      ...base,
      ...sourcesWith(base, options, spec !== undefined),
      ...defined({
        name: name ?? imageNameOf({ name: base.name, packages }, spec),
        tag,
        // The document's own is relative to the document.
        base: options.base && formatLocation(locationFrom(options.base, process.cwd())),
        tags: options.tag === undefined ? undefined : tags,
        annotations: options.annotation && { ...base.annotations, ...pairs(options.annotation) },
        packages: options.packages,
        system: oneSystem(options.system),
        compression: options.compression,
        mediaTypes: options.mediaTypes,
      }),
      ...rootFieldsWith(base, options),
      defaults: {
        cacert: base.defaults.cacert && options.cacert,
        ianaEtc: base.defaults.ianaEtc && options.ianaEtc,
      },
      layering: layeringWith(base.layering, options),
      config: {
        ...base.config,
        ...defined({
          Cmd: options.cmd,
          Entrypoint: options.entrypoint,
          Env: options.env,
          User: options.user,
          WorkingDir: options.workdir,
          ExposedPorts: emptyObjects(options.expose),
          Volumes: emptyObjects(options.volume),
          Labels: options.label && pairs(options.label),
          StopSignal: options.stopSignal,
          Healthcheck: options.healthcheck,
          Shell: options.shell,
        }),
      },
    },
    spec ?? 'the command line',
  );
}

const BUDGET_HINT = `A budget is 1 to ${MAX_BUDGET} layers: with the root layer, and one that is built on top, docker takes no more.`;

/** A layering with the options of a command line over it. @throws StrataError `usage` where an option is out of range. */
export function layeringWith(
  layering: StrataDocument['layering'],
  {
    budget,
    strategy,
    closureSizeThreshold,
    popularityThreshold,
    minLayerBytes,
    commonStart,
  }: LayeringOptions,
): StrataDocument['layering'] {
  if (budget !== undefined && budget > MAX_BUDGET) {
    throw new StrataError('usage', `--budget: ${budget} layers are too many.`, { hint: BUDGET_HINT });
  }
  const result = layeringSchema.safeParse({
    ...layering,
    ...defined({
      budget,
      strategy,
      closureSizeThreshold,
      popularityThreshold,
      minLayerBytes,
      commonStart,
    }),
  });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new StrataError('usage', `--${issue?.path.join('.')}: ${issue?.message}`, {
    hint: BUDGET_HINT,
    cause: result.error,
  });
}

function oneSystem(systems: readonly string[] = []): string | undefined {
  if (systems.length <= 1) return systems[0];
  throw new StrataError('usage', 'Only `strata push` takes several systems.', {
    hint: 'Name one with --system, or push an index of several platforms.',
  });
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function emptyObjects(names: readonly string[] | undefined): Record<string, object> | undefined {
  return names === undefined ? undefined : Object.fromEntries(names.map((name) => [name, {}]));
}

export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

function collectNames(value: string, previous: readonly string[] = []): string[] {
  return [
    ...previous,
    ...value
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ];
}

function collectPairs(value: string, previous: readonly [string, string][] = []): [string, string][] {
  return [...previous, splitPair(value)];
}

function pairs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map(splitPair));
}

function splitPair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new StrataError('usage', `${JSON.stringify(text)} is not of the form NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseCompression(text: string): Compression {
  const [, type, level] = /^(gzip|zstd|none)(?::(\d{1,2}))?$/.exec(text) ?? [];
  if (type === undefined)
    throw new InvalidArgumentError('Use gzip, zstd or none, with a level as in zstd:9.');
  return { type: type as Compression['type'], ...(level === undefined ? {} : { level: Number(level) }) };
}

export function parseWords(text: string): string[] {
  if (!text.trimStart().startsWith('[')) return text.split(/\s+/).filter((word) => word !== '');
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  } catch {
    // Said below, together with an array of anything else.
  }
  throw new InvalidArgumentError('A JSON array of strings is wanted, such as ["nginx","-g","daemon off;"].');
}

function parseHealthcheck(text: string): unknown {
  return text.trimStart().startsWith('{') ? parseJsonObject(text) : { Test: testOf(parseWords(text)) };
}

function testOf(words: readonly string[]): readonly string[] {
  return ['CMD', 'CMD-SHELL', 'NONE'].includes(words[0] ?? '') ? words : ['CMD', ...words];
}

function parseJsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('A JSON object is wanted, such as {"Test":["CMD","true"]}.');
}

/** How Nix is to work, of the options that are passed through to it. */
export function preferencesFromOptions({ builders, store, option, timeout }: NixOptions): NixPreferences {
  return { builders, store, options: option ?? [], timeoutSeconds: timeout };
}
