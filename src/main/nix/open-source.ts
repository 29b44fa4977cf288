import { resolve } from 'node:path';
import type { PackageSource } from '../../shared/document.ts';
import { StrataError } from '../../shared/errors.ts';
import { detectNix, type NixInstallation, requireStore } from './environment.ts';
import type { OnNixEvent } from './events.ts';
import { narHashOf } from './nar-hash.ts';
import { overlayFiles } from './overlays.ts';
import type { NixRunContext } from './run.ts';
import type { NixSetting } from './settings.ts';
import { resolveSource } from './source/kinds.ts';
import { nixpkgsLocations, type ResolvedSource } from './source/resolved-source.ts';
import { checkLocked, type LockedShare } from './source-lock.ts';
import { TRUST_HINT } from './store-problem.ts';
import { withWarningsOnce } from './warnings-once.ts';

export interface NixPreferences {
  /** As `--builders`. */
  readonly builders?: string | undefined;
  /** As `--store`: builds there, then copies the closure to this machine. */
  readonly store?: string | undefined;
  /** As `--option NAME VALUE`. */
  readonly options: readonly NixSetting[];
  /** For each run of Nix. */
  readonly timeoutSeconds?: number | undefined;
  /** Nothing is asked of the network. */
  readonly offline?: boolean | undefined;
}

export interface SourceRequest {
  readonly source: PackageSource;
  /** JSON; `overlays` is a list of paths of Nix files. */
  readonly importArguments: Readonly<Record<string, unknown>>;
  /** Such as `aarch64-linux`; Linux on this machine's processor where it is left out. */
  readonly system?: string | undefined;
  readonly nix: NixPreferences;
  /** What a lock holds in its place. */
  readonly locked?: LockedShare | undefined;
}

/** Where and how the work is done. */
export interface SourceOpening {
  readonly cacheDirectory: string;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnNixEvent | undefined;
  /** Relative paths of the request are taken from here; the working directory where it is left out. */
  readonly baseDirectory?: string | undefined;
  /** The process's own where it is left out. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** A package source that can be worked with. */
export interface OpenSource {
  readonly source: ResolvedSource;
  readonly system: string;
  readonly installation: NixInstallation;
  /** To run Nix on this source with the user's preferences. */
  readonly run: NixRunContext;
  /** Of the overlays among the import arguments, in their order, as SRI. */
  readonly overlayHashes: () => Promise<readonly string[]>;
}

/** Any source may use builtins.fetchTree (flake-compat, npins), which old versions of Nix have as a part of flakes. */
const FEATURES: NixSetting = ['extra-experimental-features', 'nix-command flakes'];

/**
 * Finds out what Nix there is and what the package source is. What cannot be built here is refused now.
 *
 * @throws StrataError `nix-missing`, `nix-failed`, `source-unavailable`; `invalid-document` where it is not what a lock says.
 */
export async function openSource(request: SourceRequest, context: SourceOpening): Promise<OpenSource> {
  const env = context.env ?? process.env;
  const installation = await detectNix(env, context.signal);
  requireStore(installation, env);
  const { builders, options, store, timeoutSeconds, offline = false } = request.nix;
  if (store !== undefined && !installation.isTrusted) throw copyRefused(store);
  const run: NixRunContext = {
    env,
    settings: [FEATURES, ...installation.settings, ...(offline ? offlineSettings(installation) : [])],
    options: [...(builders === undefined ? [] : [['builders', builders] as const]), ...options],
    signal: context.signal,
    onEvent: withWarningsOnce(context.onEvent),
    timeoutSeconds,
    hasJsonFormat: installation.flavour !== 'lix' && installation.isAtLeast(2, 33),
    storeRoot: installation.storeRoot,
  };
  const system = request.system ?? linuxOf(installation.system);
  const baseDirectory = resolve(context.baseDirectory ?? '.');
  const { locked, importArguments } = request;
  const resolved = await resolveSource(locked?.entry.locked ?? request.source, {
    installation,
    run,
    cacheDirectory: context.cacheDirectory,
    baseDirectory,
    system,
    offline,
    nixpkgs: nixpkgsLocations(env),
  });
  const overlayHashes = (): Promise<string[]> =>
    Promise.all(
      overlayFiles(importArguments).map((file) => narHashOf(resolve(baseDirectory, file), context.signal)),
    );
  if (locked !== undefined) await checkLocked(locked, resolved, await overlayHashes());
  const source: ResolvedSource = {
    ...resolved,
    ...(locked === undefined ? {} : { reason: `It is what ${locked.lock.place} holds.` }),
    // Overlays are files that may change while the source stays what it is.
    fingerprint: importArguments.overlays === undefined ? resolved.fingerprint : null,
    nix: { ...resolved.nix, overlayDirectory: baseDirectory },
  };
  return {
    source,
    system,
    installation,
    run: { ...run, settings: [...run.settings, ...source.settings] },
    overlayHashes,
  };
}

/** What another store has built nobody has signed. */
function copyRefused(store: string): StrataError {
  return new StrataError(
    'nix-failed',
    `What ${store} builds cannot be brought here: the Nix daemon does not trust you.`,
    {
      hint: TRUST_HINT,
      details: { reason: 'not-trusted' },
    },
  );
}

/** Caches on this machine's disks stay: they are no network. */
function offlineSettings(installation: NixInstallation): NixSetting[] {
  const local = installation.substituters.filter((url) => url.startsWith('file:') || url.startsWith('/'));
  return [
    ['substituters', local.join(' ')],
    ['tarball-ttl', '2147483647'],
    ['download-attempts', '1'],
    ['connect-timeout', '1'],
  ];
}

/** Images are for Linux, also where they are made on a Mac. */
function linuxOf(system: string): string {
  return system.replace(/-[^-]+$/, '-linux');
}
