/**
 * How the store is reached: by each process itself, in a store of the user's own that lies below another root (Nix
 * manual: Local Store, `root`), through the daemon, or on another machine; `none` where this user cannot.
 */
export type StoreAccess = 'direct' | 'chroot' | 'daemon' | 'remote' | 'none';

/** Why there is no access. */
export type StoreProblem = 'not-writable' | 'daemon-forbidden' | 'daemon-not-running' | 'no-namespaces';

/** What is found at the daemon's socket; `absent` where no daemon was ever set up. */
export type DaemonState = 'running' | 'forbidden' | 'not-running' | 'absent';

export interface StoreFacts {
  /** The setting `store` of Nix, which `NIX_REMOTE` gives too. */
  readonly store: string;
  /** Whether this process may write Nix's state directory, or make it. */
  readonly isWritable: boolean;
  readonly daemon: DaemonState;
  /** Where a store of the user's own may be; undefined where the store's directories are set by hand. */
  readonly ownRoot: string | undefined;
  /** Whether this user may make namespaces, without which nothing can be built for a store below another root. */
  readonly hasNamespaces: boolean;
}

export interface StoreDecision {
  readonly access: StoreAccess;
  /** The directory below which the paths of the store lie on disk; '' where they lie where they say. */
  readonly root: string;
  readonly problem: StoreProblem | null;
}

/**
 * As Nix chooses with `store = auto`: the store itself where it can be written, else the daemon, else a store in the
 * user's home. Nix does the last from 2.9 on and only where there is no /nix/var/nix; Strata says it to every Nix, and
 * also where /nix is somebody else's.
 */
export function storeAccessOf({
  store,
  isWritable,
  daemon,
  ownRoot,
  hasNamespaces,
}: StoreFacts): StoreDecision {
  const at = (access: StoreAccess, root = ''): StoreDecision => ({ access, root, problem: null });
  const none = (problem: StoreProblem): StoreDecision => ({ access: 'none', root: '', problem });
  const chroot = (root: string) => (hasNamespaces ? at('chroot', root) : none('no-namespaces'));

  const named = rootOf(store);
  if (named !== undefined) return chroot(named);
  if (/^local(:\/\/)?\/?(\?|$)/.test(store)) return isWritable ? at('direct') : none('not-writable');
  const viaDaemon = store === 'daemon' || store === 'unix://';
  if (store !== 'auto' && !viaDaemon) return at('remote');
  if (isWritable && !viaDaemon) return at('direct');
  switch (daemon) {
    case 'running':
      return at('daemon');
    case 'forbidden':
      return none('daemon-forbidden');
    case 'not-running':
      return none('daemon-not-running');
    case 'absent':
      if (viaDaemon) return none('daemon-not-running');
      return ownRoot === undefined ? none('not-writable') : chroot(ownRoot);
  }
}

/** `/root`, `local?root=/root`, `local://?root=/root`, and `local:///root` as Nix 2.34 tells all of these. */
function rootOf(store: string): string | undefined {
  const [, scheme, path = '', query = ''] = /^(local(?::\/\/)?)?([^?]*)(?:\?(.*))?$/s.exec(store) ?? [];
  if (scheme === undefined && !path.startsWith('/')) return undefined;
  const written = scheme === undefined ? path : decoded(path);
  const root = new URLSearchParams(query).get('root') ?? written;
  return root.replace(/\/+$/, '') || undefined;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
