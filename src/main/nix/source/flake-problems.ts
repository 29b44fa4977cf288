import { StrataError } from '../../../shared/errors.ts';
import { withoutCredentials } from '../../../shared/without-credentials.ts';

interface FlakeRule {
  readonly pattern: RegExp;
  /** A sentence without its full stop; `why` is Nix's own. */
  readonly message: (flake: string, match: RegExpExecArray, why: string) => string;
  readonly hint: string;
}

const HAVE_HINT = 'Check the reference, and that it can be fetched from here.';

/** What Nix says of flakes that it cannot describe, up to 2.18 and since. */
const RULES: readonly FlakeRule[] = [
  {
    pattern: /while updating the flake input '([^']+)'/,
    message: (flake, [, input], why) => `The input ${input} of the flake ${flake} cannot be had: ${why}`,
    hint: 'Check what its flake.nix and flake.lock say of that input, and that it can be fetched from here.',
  },
  {
    pattern:
      /\/flake\.nix'?: No such file|\/flake\.nix' does not exist|does not contain a '[^']*flake\.nix' file|'flake\.nix'[^\n]*not tracked/,
    message: (flake) => `There is no flake.nix in ${flake}`,
    hint: 'In a git repository it has to be added (git add). What has a default.nix instead is a source of its own: path:DIRECTORY or git:URL.',
  },
  {
    pattern: /lacks attribute 'outputs'/,
    message: (flake) => `The flake.nix of ${flake} has no outputs`,
    hint: 'A flake gives its packages as outputs.packages.SYSTEM.NAME.',
  },
  {
    pattern: /expected an? [^\n]* but got a thunk at \S*(flake\.nix:\d+:\d+)/,
    message: (flake, [, place]) =>
      `The flake.nix of ${flake} has an expression where only a constant may stand, at ${place}`,
    hint: 'Outside of outputs, a flake.nix is data: write the value itself.',
  },
  {
    pattern: /input '[^']*' is unsupported|is not a valid URL/,
    message: (flake) => `${flake} is no flake reference that Nix knows`,
    hint: 'Write it as github:OWNER/REPOSITORY, git+https://…, path:DIRECTORY or the name of a registry entry.',
  },
  {
    pattern: /cannot find flake '[^']*' in the flake registries/,
    message: (flake) => `No flake registry has ${flake}`,
    hint: 'Write the whole reference, such as github:OWNER/REPOSITORY.',
  },
  {
    pattern: /getting status of '[^']*': No such file|path '[^']*' does not exist/,
    message: (flake) => `There is nothing at ${flake}`,
    hint: HAVE_HINT,
  },
];

/** Why a flake cannot be had, in the words of flakes; what is wrong with Nix itself stays what it is. */
export function flakeProblem(ref: string, error: StrataError): StrataError {
  const { reason, summary } = asRecord(error.details);
  if (!['evaluation', 'other', 'unreachable'].includes(String(reason))) return error;
  const flake = withoutCredentials(ref);
  const rest = { ...(error.log === undefined ? {} : { log: error.log }), cause: error };
  const details = { reason: 'flake' };
  const text = error.log ?? error.message;
  const why = error.message.replace(/^nix failed: /, '').replace(/\.$/, '');
  for (const { pattern, message, hint } of RULES) {
    const match = pattern.exec(text);
    if (match === null) continue;
    return new StrataError('source-unavailable', `${message(flake, match, why)}.`, {
      hint,
      details,
      ...rest,
    });
  }
  if (reason === 'evaluation') {
    return new StrataError('evaluation-failed', `The flake.nix of ${flake} cannot be read: ${summary}.`, {
      hint: 'Correct it there.',
      details,
      ...rest,
    });
  }
  return new StrataError('source-unavailable', `The flake ${flake} cannot be had: ${why}.`, {
    hint: HAVE_HINT,
    details,
    ...rest,
  });
}

function asRecord(details: unknown): Readonly<Record<string, unknown>> {
  return typeof details === 'object' && details !== null ? { ...details } : {};
}
