import { expect, it } from 'vitest';
import { describeProblem } from '../../../src/main/nix/lookup-problems.ts';

const nothing = { results: [], levels: [], nested: {}, graph: null, needsShell: false };

it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'a package named %s, as members of every object are, is unknown like any other',
  (name) => {
    const problem = { problem: 'unknown', attribute: [], missing: name } as const;
    const requested = { requested: name, source: null, segments: [name] };
    expect(
      describeProblem(requested as never, problem as never, nothing, { system: 'x86_64-linux' }),
    ).toMatchObject({
      code: 'unknown-package',
      message: `${name} is not in the package set.`,
      nearest: [],
    });
  },
);
