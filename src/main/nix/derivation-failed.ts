import { storePathName } from '../../engine/graph/closure-graph.ts';
import { type ErrorCode, StrataError, type StrataErrorOptions } from '../../shared/errors.ts';

/** The derivation with which nix/runtime-graph.nix brings the packages together: nobody has asked for it. */
const GRAPH = 'strata-runtime-graph';

/** A package that was asked for, and the shortest way from its derivation to one that failed, both included. */
export interface Need {
  /** As the user wrote it. */
  readonly requested: string;
  /** Whether it is part of every image rather than of what the user wrote. */
  readonly isDefault: boolean;
  readonly chain: readonly string[];
}

/** As many names as a person reads. */
const FEW = 3;
const LONG_CHAIN = 6;

/** A derivation that could not be made: built, fetched or taken from a binary cache. */
export class DerivationFailed extends StrataError {
  readonly derivation: string;
  /** What goes after "which": `failed to build: exit code 3`. */
  readonly what: string;

  constructor(
    code: ErrorCode,
    derivation: string,
    what: string,
    { message, ...options }: StrataErrorOptions & { readonly message?: string } = {},
  ) {
    super(code, message ?? `${subjectOf(derivation)} ${what}.`, options);
    this.derivation = derivation;
    this.what = what;
  }

  /** The same in terms of what was asked for: `flask needs werkzeug-3.0, which failed to build: exit code 3.` */
  neededBy(needs: readonly Need[]): DerivationFailed {
    const [shortest] = [...needs].sort((a, b) => a.chain.length - b.chain.length);
    if (shortest === undefined) return this;
    const names = namesOf(needs);
    const itself = namesOf(needs.filter(({ chain }) => chain.length === 1));
    const name = derivationName(this.derivation);
    const message =
      itself.length > 0
        ? `${listed(itself)} (${name}) ${this.what}.`
        : `${listed(names)} ${names.length === 1 ? 'needs' : 'need'} ${name}, which ${this.what}.${way(shortest)}`;
    return new DerivationFailed(this.code, this.derivation, this.what, {
      message,
      hint: this.hint,
      action: this.action,
      ...(this.log === undefined ? {} : { log: this.log }),
      details: {
        ...asObject(this.details),
        requested: namesOf(needs.filter(({ isDefault }) => !isDefault)),
        chain: shortest.chain,
      },
      cause: this.cause,
    });
  }
}

/** A meta-package stands for several. */
function namesOf(needs: readonly Need[]): string[] {
  return [...new Set(needs.map(({ requested }) => requested))];
}

/** The way there, where it is more than the two that the sentence names. */
function way({ chain }: Need): string {
  if (chain.length < 3) return '';
  const names = chain.map(derivationName);
  const left = names.length - LONG_CHAIN;
  const shown = left > 0 ? [...names.slice(0, 3), `… ${left} more …`, ...names.slice(-3)] : names;
  return `\n(${shown.join(' → ')})`;
}

function subjectOf(derivation: string): string {
  const name = derivationName(derivation);
  return name === GRAPH ? 'The list of what the packages need' : name;
}

/** `/nix/store/<hash>-curl-8.5.0.drv` gives `curl-8.5.0`. */
export function derivationName(derivation: string): string {
  return storePathName(derivation).replace(/\.drv$/, '');
}

function listed(names: readonly string[]): string {
  const shown = names.length > FEW + 1 ? [...names.slice(0, FEW), `${names.length - FEW} more`] : names;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function asObject(details: unknown): object {
  return typeof details === 'object' && details !== null ? details : {};
}
