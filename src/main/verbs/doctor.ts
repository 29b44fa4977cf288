import { existsSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import * as zlib from 'node:zlib';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import type { Check } from '../../shared/contract/system.ts';
import type { Selection } from '../../shared/document.ts';
import { Cancelled, StrataError } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/format.ts';
import type { SourceEntry } from '../../shared/package-sources.ts';
import { findEngines } from '../engines/find-engines.ts';
import { formatEngineTarget } from '../engines/target.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { ownDirectory } from '../files/own-directory.ts';
import { logFile } from '../files/paths.ts';
import { detectNix, type NixInstallation, requireStore } from '../nix/environment.ts';
import { neededSources } from '../nix/lock-sources.ts';
import { openSource } from '../nix/open-source.ts';
import { SOURCE_KINDS } from '../nix/source/kinds.ts';
import { describeSource } from '../nix/source/resolved-source.ts';
import type { SourceHint, SourceKind, SourceMachine } from '../nix/source/source-kind.ts';
import { lockedSource } from '../nix/source-lock.ts';
import { chooseEngine } from '../run/choose-engine.ts';
import { whyNoBwrap } from '../run/probe-bwrap.ts';
import { lockOf } from './compose.ts';

export interface DoctorContext {
  readonly cacheDirectory: string;
  readonly dataDirectory: string;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Whose sources are looked for, in place of the default one. */
  readonly document?: DocumentSources | undefined;
}

interface DocumentSources {
  readonly selection: Selection;
  readonly file: string;
}

/** Less than this is soon full: a closure of a desktop program with its sources takes some gigabytes. */
const LOW_SPACE_BYTES = 2e9;

/**
 * What Strata needs and whether this machine has it: Node, Nix and its store, what the default package source is, what
 * each kind of source needs, what can run images, the cache directory, the logs. Every check that is not ok says what to do.
 */
export async function diagnose(context: DoctorContext): Promise<Check[]> {
  const env = context.env ?? process.env;
  const nix = await nixInstallation(context);
  const checks = [
    checkNode(),
    checkZstd(),
    checkNix(nix),
    ...('version' in nix
      ? [
          checkStoreAccess(nix, env),
          await checkSpace('store-space', physicalPath(nix.storeRoot, nix.storeDirectory)),
        ]
      : []),
    ...('version' in nix ? await checkPackageSources(context) : []),
    ...(await checkSources({ installation: 'version' in nix ? nix : undefined, env })),
    await checkRun(env),
    await checkEngines(context.signal),
    await checkCache(context.cacheDirectory),
    await checkLogs(context.dataDirectory),
  ];
  const space = await checkSpace('cache-space', context.cacheDirectory);
  return [...checks, space];
}

function checkNode(): Check {
  return ok('node', 'Node.js', process.versions.node);
}

function checkZstd(): Check {
  const hasZstd = typeof zlib.zstdCompressSync === 'function';
  return hasZstd
    ? ok('zstd', 'Zstandard compression', `zstd ${process.versions.zstd ?? 'built in'}`)
    : {
        id: 'zstd',
        title: 'Zstandard compression',
        state: 'warning',
        detail: 'this Node.js has none',
        hint: 'Use gzip, or a Node.js from 22.15 on.',
      };
}

async function nixInstallation({ env, signal }: DoctorContext): Promise<NixInstallation | StrataError> {
  try {
    return await detectNix(env ?? process.env, signal);
  } catch (error) {
    if (error instanceof StrataError) return error;
    throw error;
  }
}

function checkNix(nix: NixInstallation | StrataError): Check {
  if ('version' in nix) {
    const flavour = { nix: 'Nix', lix: 'Lix', determinate: 'Determinate Nix' }[nix.flavour];
    return ok('nix', 'Nix', `${flavour} ${nix.version}, ${nix.system}`);
  }
  return failed('nix', 'Nix', nix);
}

const ACCESS = {
  direct: () => 'written by this user',
  chroot: ({ storeRoot }) => `kept below ${storeRoot}, built in user namespaces`,
  daemon: ({ isTrusted }) =>
    `through the daemon, which ${isTrusted ? 'trusts this user' : 'does not trust this user: it builds only in its sandbox'}`,
  remote: () => 'on another machine (NIX_REMOTE)',
} as const satisfies Record<string, (nix: NixInstallation) => string>;

function checkStoreAccess(nix: NixInstallation, env: NodeJS.ProcessEnv): Check {
  const title = 'Nix store';
  const { storeDirectory, storeAccess } = nix;
  if (storeAccess !== 'none') return ok('nix-store', title, `${storeDirectory}, ${ACCESS[storeAccess](nix)}`);
  try {
    requireStore(nix, env);
    throw new Error('A store without access has a problem.');
  } catch (error) {
    if (!(error instanceof StrataError)) throw error;
    return failed('nix-store', title, error);
  }
}

async function checkPackageSources(context: DoctorContext): Promise<Check[]> {
  const { document } = context;
  if (document === undefined) {
    const auto = { name: null, source: { type: 'auto' }, importArguments: {} } as const;
    return [await checkSource(auto, 'source', 'Default package source', context)];
  }
  const checks: Check[] = [];
  for (const entry of neededSources(document.selection)) {
    const { name } = entry;
    const [id, title] =
      name === null ? ['source', 'Package source'] : [`source-${name}`, `Packages ${name}:…`];
    checks.push(await checkSource(entry, id, title, context));
  }
  return checks;
}

async function checkSource(
  entry: SourceEntry,
  id: string,
  title: string,
  { cacheDirectory, signal, env, document }: DoctorContext,
): Promise<Check> {
  try {
    const baseDirectory = document === undefined ? undefined : dirname(resolve(document.file));
    const lock = await lockOf({ file: document?.file });
    const locked = lockedSource(entry, lock, baseDirectory ?? '.');
    const { source } = await openSource(
      { ...entry, locked, nix: { options: [] } },
      { cacheDirectory, signal, env, baseDirectory },
    );
    return ok(id, title, `${describeSource(source)}. ${source.reason}`);
  } catch (error) {
    if (error instanceof Cancelled || !(error instanceof StrataError)) throw error;
    return failed(id, title, error);
  }
}

/** Of every kind of source that needs more of a machine than Nix. */
function checkSources(machine: SourceMachine): Promise<Check[]> {
  return Promise.all(
    Object.entries(SOURCE_KINDS).flatMap(([id, kind]: [string, SourceKind]) =>
      kind.hint === undefined ? [] : [kind.hint(machine).then((hint) => sourceCheck(id, hint))],
    ),
  );
}

function sourceCheck(id: string, { title, isUsable, detail, hint, action }: SourceHint): Check {
  return isUsable
    ? ok(id, title, detail)
    : { id, title, state: 'warning', detail, hint: hint ?? null, action: action ?? null };
}

/** An image can be made without it: where there is none, that is no fault. */
async function checkRun({ PATH }: NodeJS.ProcessEnv): Promise<Check> {
  const title = 'Running images';
  try {
    const engine = chooseEngine(undefined, PATH);
    const why = engine === 'bwrap' ? await whyNoBwrap() : undefined;
    if (why === undefined) return ok('run', title, engine);
    const hint = 'It needs user namespaces. Where they are forbidden, podman or docker may run images.';
    return { id: 'run', title, state: 'warning', detail: `bubblewrap does not work here: ${why}`, hint };
  } catch (error) {
    if (!(error instanceof StrataError)) throw error;
    return { ...failed('run', title, error), state: 'warning' };
  }
}

async function checkEngines(signal: AbortSignal | undefined): Promise<Check> {
  const found = await findEngines(signal);
  const engines = found.map(({ target, version }) => `${formatEngineTarget(target)} (${version})`);
  return ok('engines', 'Container engines', engines.join(', ') || 'none answers; none is needed');
}

async function checkCache(directory: string): Promise<Check> {
  const title = 'Cache directory';
  try {
    ownDirectory(directory);
    await access(directory, constants.W_OK);
    return ok('cache', title, directory);
  } catch (error) {
    const failure = fileSystemError(error, 'write', directory);
    if (!(failure instanceof StrataError)) throw failure;
    return failed('cache', title, failure);
  }
}

/** Where the host of the window and `strata registry` say what went wrong in them. */
async function checkLogs(data: string): Promise<Check> {
  const title = 'Logs';
  const directory = dirname(logFile(data, 'host'));
  try {
    await access(nearestDirectory(directory), constants.W_OK);
    return ok('logs', title, directory);
  } catch (error) {
    const failure = fileSystemError(error, 'write', directory);
    if (!(failure instanceof StrataError)) throw failure;
    return { id: 'logs', title, state: 'warning', detail: failure.message, hint: failure.hint ?? null };
  }
}

async function checkSpace(id: string, directory: string): Promise<Check> {
  const title = `Free space of ${directory}`;
  const status = await statfs(nearestDirectory(directory));
  const freeBytes = status.bavail * status.bsize;
  if (freeBytes >= LOW_SPACE_BYTES) return ok(id, title, formatBytes(freeBytes));
  return {
    id,
    title,
    state: 'warning',
    detail: formatBytes(freeBytes),
    hint: 'Make room: `strata cache prune --unused-for 30` and `nix-collect-garbage` free what can be made again.',
  };
}

/** The directory itself, or the one in which it will be made. */
function nearestDirectory(directory: string): string {
  return existsSync(directory) ? directory : nearestDirectory(dirname(directory));
}

function failed(id: string, title: string, { message, hint, action }: StrataError): Check {
  return { id, title, state: 'missing', detail: message, hint: hint ?? null, action: action ?? null };
}

function ok(id: string, title: string, detail: string): Check {
  return { id, title, state: 'ok', detail, hint: null };
}
