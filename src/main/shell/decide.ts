/** What this machine has for showing a window. */
export interface ShellFacts {
  readonly hasDisplay: boolean;
  /** Browsers, Electron among them, do not sandbox what root runs. */
  readonly isRoot: boolean;
  /** Path of the Electron binary, or why there is none. */
  readonly electron: { readonly binary: string } | { readonly why: string };
  /** Path of a Chromium, or null. */
  readonly chromium: string | null;
}

export type ShellChoice =
  | { readonly shell: 'electron'; readonly binary: string }
  | { readonly shell: 'chromium'; readonly program: string; readonly why: string }
  | { readonly shell: 'address'; readonly why: string };

/** Electron, else a window of Chromium, else an address to open; with the reason where it is not Electron. */
export function decideShell({ hasDisplay, isRoot, electron, chromium }: ShellFacts): ShellChoice {
  if (!hasDisplay) return { shell: 'address', why: 'There is no display here.' };
  if (isRoot) {
    return {
      shell: 'address',
      why: 'A window that root opens would have no sandbox, so open the address as another user.',
    };
  }
  if ('binary' in electron) return { shell: 'electron', binary: electron.binary };
  if (chromium !== null) return { shell: 'chromium', program: chromium, why: electron.why };
  return { shell: 'address', why: `${electron.why} There is no Chromium either.` };
}
