import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derivationRows } from '../../../src/renderer/features/build/derivation-tree.ts';
import { EMPTY_LOG, withChunk } from '../../../src/renderer/features/build/log-lines.ts';
import type { Derivation } from '../../../src/shared/contract/job-kinds.ts';

const derivation = (
  name: string,
  state: Derivation['state'],
  dependencies: readonly string[] = [],
): Derivation => ({
  derivation: name,
  name,
  state,
  phase: null,
  machine: null,
  startedAt: null,
  finishedAt: null,
  dependencies: [...dependencies],
  logLines: 0,
});
const lines = (derivations: readonly Derivation[], toggled: ReadonlySet<string> = new Set()) =>
  derivationRows(derivations, toggled).map(({ id, level }) => `${'  '.repeat(level)}${id}`);

describe('the tree of derivations', () => {
  const build = [
    derivation('zlib', 'done'),
    derivation('openssl', 'running', ['zlib']),
    derivation('curl', 'planned', ['openssl', 'zlib']),
    derivation('docs', 'done', ['man']),
    derivation('man', 'done'),
  ];

  test('leads from what was asked for down to what it needs, what is under way first, what is done folded', () => {
    expect(lines(build)).toEqual(['curl', '  openssl', '    zlib', 'docs']);
  });

  test('is as deep as what is built', () => {
    const DEEP = 50_000;
    const chain = Array.from({ length: DEEP }, (_, index) =>
      derivation(`d${index}`, 'planned', index + 1 < DEEP ? [`d${index + 1}`] : []),
    );
    const rows = derivationRows(chain, new Set());
    expect(rows).toHaveLength(DEEP);
    expect(rows.at(-1)).toMatchObject({ level: DEEP - 1, item: { total: 1 } });
    expect(rows[0]).toMatchObject({ level: 0, item: { total: DEEP } });
  });

  test('what was unfolded by hand stays unfolded', () => {
    expect(lines(build, new Set(['docs']))).toEqual(['curl', '  openssl', '    zlib', 'docs', '  man']);
    expect(lines(build, new Set(['curl']))).toEqual(['curl', 'docs']);
  });

  test('everything stands in it once, whatever the dependencies, cycles and strangers included', () => {
    const any = fc.uniqueArray(
      fc.tuple(
        fc.nat(9),
        fc.constantFrom('planned', 'running', 'failed'),
        fc.array(fc.nat(12), { maxLength: 4 }),
      ),
      { selector: ([id]) => id, maxLength: 10 },
    );
    fc.assert(
      fc.property(any, (list) => {
        const derivations = list.map(([id, state, needs]) =>
          derivation(
            `d${id}`,
            state as Derivation['state'],
            needs.map((need) => `d${need}`),
          ),
        );
        const ids = derivationRows(derivations, new Set()).map(({ id }) => id);
        expect(ids.toSorted()).toEqual(derivations.map(({ name }) => name).toSorted());
      }),
    );
  });
});

describe('a log', () => {
  const chunk = (firstLine: number, ...texts: readonly string[]) => ({
    firstLine,
    lines: [...texts],
    droppedLines: 0,
  });

  test('grows by what is new, also when lines are sent again after the connection broke', () => {
    let log = withChunk(EMPTY_LOG, chunk(0, 'a', 'b'));
    log = withChunk(log, chunk(1, 'b', 'c'));
    expect(log).toEqual({ firstLine: 0, lines: ['a', 'b', 'c'] });
  });

  test('goes on after a gap, with the true numbers', () => {
    const log = withChunk(withChunk(EMPTY_LOG, chunk(0, 'a')), chunk(500, 'x'));
    expect(log).toEqual({ firstLine: 500, lines: ['x'] });
  });

  test('shows what a terminal would: no escapes, and only the last of what was overwritten', () => {
    expect(
      withChunk(EMPTY_LOG, chunk(0, '\u001b[31mred\u001b[0m', '10 %\r100 %', 'bell\u0007')).lines,
    ).toEqual(['red', '100 %', 'bell']);
  });
});
