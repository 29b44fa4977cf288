import { StrataError } from '../../shared/errors.ts';
import { DerivationFailed, type Need } from './derivation-failed.ts';
import { type NixRunContext, runNix } from './run.ts';

/** A package that was asked for, and the derivation that makes it. */
export interface Wanted extends Omit<Need, 'chain'> {
  readonly derivation: string;
}

/** The error in terms of what was asked for, where it is a derivation that failed. `root` needs all of `wanted`. */
export async function namingWanted(
  error: unknown,
  root: string,
  wanted: readonly Wanted[],
  context: NixRunContext,
): Promise<unknown> {
  if (!(error instanceof DerivationFailed)) return error;
  return error.neededBy(needs(wanted, error.derivation, await inputsOf(root, context)));
}

/** The input derivations of every derivation that one needs, by store path. */
type Inputs = ReadonlyMap<string, readonly string[]>;

/** None where the store cannot be asked: what failed is told all the same. */
async function inputsOf(root: string, context: NixRunContext): Promise<Inputs> {
  const inputs = new Map<string, string[]>();
  try {
    const { stdout } = await runNix(
      { program: 'nix-store', args: ['--query', '--graph', root] },
      { ...context, onEvent: undefined },
    );
    // An edge leads from what is needed to what needs it, by base name.
    for (const [, input = '', derivation = ''] of stdout.matchAll(/^"([^"]+\.drv)" -> "([^"]+\.drv)"/gm)) {
      const known = inputs.get(derivation);
      if (known === undefined) inputs.set(derivation, [input]);
      else known.push(input);
    }
  } catch (error) {
    if (!(error instanceof StrataError)) throw error;
  }
  return inputs;
}

/** What of `wanted` needs a derivation, each with the shortest way there (breadth first). */
export function needs(wanted: readonly Wanted[], failed: string, inputs: Inputs): Need[] {
  const users = new Map<string, string[]>();
  for (const [derivation, its] of inputs) {
    for (const input of its) {
      const known = users.get(input);
      if (known === undefined) users.set(input, [derivation]);
      else known.push(derivation);
    }
  }
  const start = baseName(failed);
  /** The next derivation on the shortest way from one to what failed. */
  const next = new Map<string, string | undefined>([[start, undefined]]);
  // A map that grows is walked to its end: what is added is visited too.
  for (const [derivation] of next) {
    for (const user of users.get(derivation) ?? []) if (!next.has(user)) next.set(user, derivation);
  }
  return wanted.flatMap(({ requested, isDefault, derivation }) => {
    const chain: string[] = [];
    const first = baseName(derivation);
    if (!next.has(first)) return [];
    for (let at: string | undefined = first; at !== undefined; at = next.get(at)) chain.push(at);
    return [{ requested, isDefault, chain }];
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
