import dockerignore from '@balena/dockerignore';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ignoreValues } from '../../../src/main/nix-expression/ignore-patterns.ts';

/** Goes through the values as the expression does. builtins.match has to fit the whole name. */
function leavesOut(patterns: readonly string[], name: string, below = ''): boolean {
  const { rules, below: prefix } = ignoreValues({ below, patterns }) as {
    below: string;
    rules: { keep: boolean; regex: string }[];
  };
  return rules.reduce(
    (left, { keep, regex }) => (new RegExp(`^(?:${regex})$`, 's').test(prefix + name) ? !keep : left),
    false,
  );
}

describe('patterns of .dockerignore in an expression', () => {
  it.each([
    ['node_modules', 'node_modules/a/b', true],
    ['*.log', 'a.log', true],
    ['*.log', 'sub/a.log', false],
    ['**/*.log', 'sub/deep/a.log', true],
    ['./build/', 'build/x', true],
    ['a+(b).$', 'a+(b).$', true],
    ['[ab]?', 'bc', true],
    ['# note', '# note', false],
  ])('%s and %s', (pattern, name, expected) => {
    expect(leavesOut([pattern], name)).toBe(expected);
  });

  it('are taken below the directory that they are of', () => {
    expect(leavesOut(['app/secret'], 'secret', 'app')).toBe(true);
    expect(leavesOut(['secret'], 'secret', 'app')).toBe(false);
  });

  it("decide as Docker's matcher does", () => {
    const piece = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '**', '?', 'a.b', '*.b');
    const pattern = fc
      .tuple(fc.constantFrom('', '!'), fc.array(piece, { minLength: 1, maxLength: 3 }))
      .map(([negation, pieces]) => negation + pieces.join('/'));
    const name = fc.array(fc.constantFrom('a', 'b', 'ab', 'a.b'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), name, (patterns, pieces) => {
        const path = pieces.join('/');
        const matcher = dockerignore({ ignorecase: false }).add([...patterns]);
        expect(leavesOut(patterns, path)).toBe(matcher.ignores(path));
      }),
      { seed: 12, numRuns: 2_000 },
    );
  });
});
