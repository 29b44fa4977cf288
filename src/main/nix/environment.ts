import { type NixConfiguration, showConfiguration } from './configuration.ts';
import { daemonSocket, probeStore } from './probe-store.ts';
import type { NixSetting } from './settings.ts';
import type { StoreAccess, StoreProblem } from './store-access.ts';
import { storeError } from './store-problem.ts';
import { systemOfMachine } from './system.ts';
import { isTrustedByDaemon } from './trust.ts';
import { localGroups } from './user-groups.ts';
import { detectVersion, type NixVersion } from './version.ts';

/** The Nix of this machine, and what has to be said to it for it to work here. */
export interface NixInstallation extends NixVersion {
  readonly storeAccess: StoreAccess;
  /** Why there is no access; null where there is. See {@link requireStore}. */
  readonly storeProblem: StoreProblem | null;
  readonly isRoot: boolean;
  /** What store paths begin with. */
  readonly storeDirectory: string;
  /** The directory below which store paths lie on disk, for `physicalPath`; '' where they lie where they say. */
  readonly storeRoot: string;
  /** Whether Nix takes settings from this user that it keeps from strangers. Of another machine nothing is known. */
  readonly isTrusted: boolean;
  /** Whether this user can build outside the sandbox. */
  readonly canLeaveSandbox: boolean;
  /** System of derivations that are built here, such as `x86_64-linux`. */
  readonly system: string;
  /** Whether builders find /bin/sh. Nix is usually built with a shell for its sandbox; that of Debian 12 is not. */
  readonly hasSandboxShell: boolean;
  /** Substituters as Nix is configured, in its order. */
  readonly substituters: readonly string[];
  /** Settings that this machine needs, whatever is built. */
  readonly settings: readonly NixSetting[];
}

/** Asks Nix what it is and how it is configured. @throws StrataError `nix-missing`. */
export async function detectNix(
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<NixInstallation> {
  const version = await detectVersion(env, signal);
  const config = await showConfiguration(version, env, signal);
  const isRoot = process.getuid?.() === 0;
  const { access, root, problem } = await probeStore(config, env);
  const isTrusted = access !== 'daemon' || isRoot || (await isTrustedByDaemon(version, config, env, signal));
  // A store below another root is not where its paths say: only in a sandbox it seems so.
  const isSandboxed = access === 'chroot' || config.sandbox !== false;
  const group = config.buildUsersGroup ?? '';
  return {
    ...version,
    storeAccess: access,
    storeProblem: problem,
    isRoot,
    storeDirectory: env.NIX_STORE_DIR || '/nix/store',
    storeRoot: root,
    isTrusted,
    canLeaveSandbox: !isSandboxed || (isTrusted && access !== 'chroot'),
    system: config.system ?? systemOfMachine(),
    hasSandboxShell: hasSandboxShell({ ...config, sandbox: isSandboxed }),
    substituters: config.substituters ?? [],
    settings: [
      // Versions before 2.9 do not choose it by themselves.
      ...(root !== '' ? ([['store', root]] as const) : []),
      // A cache that does not answer must not hold up a build for the minutes that Nix gives it by default.
      ...(config.connectTimeoutSeconds === 0 ? ([['connect-timeout', '10']] as const) : []),
      // Root without a daemon builds as one of these users; where nobody made them, it has to build as itself.
      ...(isRoot && (access === 'direct' || access === 'chroot') && group !== '' && !groupHasMembers(group)
        ? ([['build-users-group', '']] as const)
        : []),
    ],
  };
}

/** @throws StrataError where this user cannot reach the store, with what to do about it. */
export function requireStore({ storeProblem }: NixInstallation, env: NodeJS.ProcessEnv): void {
  if (storeProblem !== null) throw storeError(storeProblem, daemonSocket(env));
}

/** Where Nix does not say what is in its sandbox, the build will. */
export function hasSandboxShell({ sandbox, sandboxTargets }: NixConfiguration): boolean {
  if (sandbox === false || sandboxTargets === undefined) return true;
  return sandboxTargets.some((target) => target === '/bin' || target === '/bin/sh');
}

/** Where groups come from elsewhere, Nix knows better than we do. */
function groupHasMembers(name: string): boolean {
  const groups = localGroups();
  return groups === undefined || groups.some((group) => group.name === name && group.members.length > 0);
}
