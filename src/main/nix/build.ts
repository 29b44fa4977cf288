import { readFileSync } from 'node:fs';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import type { NixEvent } from './events.ts';
import { type NixRunContext, runNix } from './run.ts';

export interface Realisation {
  /** Store path of the derivation. */
  readonly derivation: string;
  /** Where the indirect GC root goes; none is made where it is left out. */
  readonly root?: string | undefined;
  /** The store that builds; this machine's where it is left out. */
  readonly store?: string | undefined;
}

/** Builds or fetches what a derivation makes. @returns the path that Nix prints: the root, else the store path. */
export async function realise(realisation: Realisation, context: NixRunContext): Promise<string> {
  const { derivation, root, store } = realisation;
  const { stdout } = await runNix(
    {
      program: 'nix-build',
      args: [
        derivation,
        ...(root === undefined ? ['--no-out-link'] : ['--out-link', root]),
        // The derivations are in the local store, wherever they are built.
        ...(store === undefined ? [] : ['--eval-store', context.storeRoot || 'auto']),
      ],
      store,
    },
    { ...context, onEvent: withInputs(context, store ?? null) },
  );
  return stdout.trim();
}

/**
 * Adds what Nix's log leaves out: which planned derivation waits for which, that another store is what builds, and where
 * a build runs whose builder tells of it once more, as its own.
 */
function withInputs(
  { onEvent, storeRoot = '' }: NixRunContext,
  store: string | null,
): NixRunContext['onEvent'] {
  if (onEvent === undefined) return undefined;
  const planned = new Set<string>();
  const machines = new Map<string, string>();
  let isAnnounced = false;
  return (event: NixEvent) => {
    if (event.type === 'planned-build') planned.add(event.derivation);
    else if (event.type === 'build-started' && !isAnnounced) {
      isAnnounced = true;
      for (const derivation of planned) {
        const inputs = inputDerivations(physicalPath(storeRoot, derivation)).filter((input) =>
          planned.has(input),
        );
        onEvent({ type: 'derivation-inputs', derivation, inputs });
      }
    }
    if (event.type !== 'build-started') return onEvent(event);
    const machine = event.machine ?? machines.get(event.derivation) ?? store;
    if (machine !== null) machines.set(event.derivation, machine);
    onEvent({ ...event, machine });
  };
}

/** Reads the input derivations of a .drv file (Nix manual: Derivation "ATerm" file format). */
function inputDerivations(derivation: string): string[] {
  try {
    // Within the file's strings every quote is escaped, so a bare one after a parenthesis opens an input.
    const inputs = readFileSync(derivation, 'latin1').matchAll(/\("([^"\\]+\.drv)",\[/g);
    return [...inputs].map(([, path = '']) => path);
  } catch {
    return [];
  }
}
