import { expect, it } from 'vitest';
import { describeProblem, problemsError } from '../../../src/main/nix/lookup-problems.ts';

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

it('tells of thousands of problems the first, and how many more there are', () => {
  const problems = Array.from({ length: 10_000 }, (_, index) => ({
    code: 'unknown-package' as const,
    message: `no-${index}.`,
  }));
  const error = problemsError(problems as never);
  expect(error.message.split('\n')).toHaveLength(21);
  expect(error.message).toMatch(/\nno-19\.\nAnd 9980 more that cannot be had\.$/);
  expect((error.details as { problems: unknown[] }).problems).toHaveLength(10_000);
});
