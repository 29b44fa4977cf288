import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createBuildFollower } from '../../../src/main/nix/build-follower.ts';
import {
  type BuildState,
  cancelBuildState,
  EMPTY_BUILD_STATE,
  LOG_TAIL_LINES,
  reduceBuild,
  type TimedEvent,
} from '../../../src/main/nix/build-state.ts';
import type { NixEvent } from '../../../src/main/nix/events.ts';
import { parseInternalJson } from '../../../src/main/nix/internal-json.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/nix/internal-json');

/** Gives events a time. */
function at(time: number) {
  return (event: NixEvent): TimedEvent => ({ event, at: time });
}

/** What Nix 2.8 really wrote, one state a line. */
function replay(name: string): BuildState[] {
  const states = [EMPTY_BUILD_STATE];
  let clock = 0;
  for (const line of readFileSync(join(FIXTURES, `${name}.log`), 'utf8').split('\n')) {
    const before = states[states.length - 1] ?? EMPTY_BUILD_STATE;
    states.push(
      reduceBuild(
        before,
        parseInternalJson(line).map((event) => ({ event, at: ++clock })),
      ),
    );
  }
  return states;
}

function stateAfter(name: string): BuildState {
  return replay(name).at(-1) ?? EMPTY_BUILD_STATE;
}

function derivations(state: BuildState): Record<string, unknown> {
  return Object.fromEntries(
    Object.values(state.derivations).map(({ derivation, ...rest }) => [
      derivation.slice(derivation.indexOf('-') + 1),
      rest,
    ]),
  );
}

describe('the state of a build, from what Nix wrote', () => {
  test('goes from planned over running to done, with times and log', () => {
    const seen = replay('built').map((state) =>
      Object.values(state.derivations)
        .map((derivation) => derivation.state)
        .join(' '),
    );
    expect(seen.filter((states, index) => states !== seen[index - 1])).toEqual([
      '',
      'planned',
      'planned planned',
      'running planned',
      'done planned',
      'done running',
      'done done',
    ]);
    const { 'lib-1.0.drv': lib } = derivations(stateAfter('built'));
    expect(lib).toMatchObject({ state: 'done', logTail: ['building lib'], logLines: 1, machine: null });
  });

  test('a failed build fails its derivation with its log, and what waited for it', () => {
    expect(derivations(stateAfter('build-failed'))).toMatchObject({
      'aa.drv': { state: 'done', logTail: ['hello from aa'] },
      'bb.drv': { state: 'failed', reason: 'failed', logTail: ['one', 'two'] },
      'cc.drv': { state: 'failed', reason: 'dependency', startedAt: null },
    });
  });

  test.each([
    ['build-timeout', 'tt.drv', 'timeout'],
    ['hash-mismatch', 'hh.drv', 'hash-mismatch'],
    ['no-builder', 'ss.drv', 'no-builder'],
    ['no-output', 'nn.drv', 'failed'],
  ])('%s', (recording, derivation, reason) => {
    expect(derivations(stateAfter(recording))).toMatchObject({ [derivation]: { state: 'failed', reason } });
  });

  test('counts the bytes of a download, and leaves out the files of the cache that it goes through', () => {
    const states = replay('downloaded');
    const path = '/nix/store/6wjq3vv2aq2g3l4wnwqjacm9qswdkhcd-lib-1.0';
    const progress = states.map((state) => state.downloads[path]?.doneBytes ?? 0);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
    expect(new Set(progress).size).toBeGreaterThan(3);

    const last = states.at(-1) ?? EMPTY_BUILD_STATE;
    expect(Object.keys(last.downloads)).toEqual([
      path,
      '/nix/store/lhlrw7zrrzkr8k12kf69wr4p4jnw5k65-app-1.0',
    ]);
    expect(last.downloads[path]).toEqual({
      path,
      from: 'http://127.0.0.1:8765',
      state: 'done',
      doneBytes: 3_000_280,
      totalBytes: 3_000_280,
    });
    expect(last.plannedDownloadBytes).toBe(2_998_927);
    expect(last.activities).toEqual({});
  });

  test.each(['2.8', '2.26', '2.34'])('a cache breaks off, and Nix %s takes the next', (version) => {
    const path = '/nix/store/c1sn1d28dyf5dc5mrnr0l6v26hl2cqp1-big-1.0';
    const seen = replay(`cache-broke-off-${version}`).flatMap(({ downloads }) => {
      const { state, from, doneBytes = 0, totalBytes } = downloads[path] ?? {};
      const part = doneBytes === 0 ? 'none' : doneBytes === totalBytes ? 'all' : 'some';
      return state === undefined ? [] : [`${state} from ${from}, ${part}`];
    });
    expect(seen.filter((step, index) => step !== seen[index - 1])).toEqual([
      'planned from null, none',
      'running from http://127.0.0.1:7105, none',
      'running from http://127.0.0.1:7105, some',
      'failed from http://127.0.0.1:7105, some',
      'running from http://127.0.0.1:7101, none',
      'running from http://127.0.0.1:7101, some',
      ...(version === '2.34' ? ['running from http://127.0.0.1:7101, all'] : []),
      'done from http://127.0.0.1:7101, all',
    ]);
  });

  test('never changes a state that it was given', () => {
    const frozen = Object.freeze({ ...EMPTY_BUILD_STATE });
    const events: NixEvent[] = [
      { type: 'planned-build', derivation: '/nix/store/a.drv' },
      { type: 'build-started', id: '1', derivation: '/nix/store/a.drv', machine: 'ssh://b' },
      { type: 'build-log', id: '1', line: 'x' },
    ];
    const first = reduceBuild(frozen, events.map(at(5)));
    const copy = structuredClone(first);
    const more: NixEvent[] = [
      { type: 'build-log', id: '1', line: 'y' },
      { type: 'stopped', id: '1' },
    ];
    reduceBuild(first, more.map(at(6)));
    expect(first).toEqual(copy);
    expect(frozen).toEqual(EMPTY_BUILD_STATE);
  });

  test('takes events one at a time or all at once', () => {
    for (const name of ['built', 'build-failed', 'downloaded']) {
      const events = readFileSync(join(FIXTURES, `${name}.log`), 'utf8')
        .split('\n')
        .flatMap(parseInternalJson);
      const one = events.reduce((state, event) => reduceBuild(state, [{ event, at: 7 }]), EMPTY_BUILD_STATE);
      expect(reduceBuild(EMPTY_BUILD_STATE, events.map(at(7)))).toEqual(one);
    }
  });

  test('of a large build with a long log is worked out in a moment', () => {
    const build = createBuildFollower(() => 0);
    for (let i = 0; i < 2_000; i++) build.note({ type: 'planned-build', derivation: `/nix/store/${i}.drv` });
    build.note({ type: 'build-started', id: '1', derivation: '/nix/store/0.drv', machine: null });
    const before = performance.now();
    for (let i = 0; i < 100_000; i++) build.note({ type: 'build-log', id: '1', line: `${i}` });
    expect(build.state().derivations['/nix/store/0.drv']?.logLines).toBe(100_000);
    // It is a tenth of a second; copying the state for each line took three quarters of a minute.
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('keeps the tail of a long log', () => {
    const started: NixEvent = { type: 'build-started', id: '1', derivation: 'a.drv', machine: null };
    const lines = Array.from(
      { length: 2 * LOG_TAIL_LINES },
      (_, line): NixEvent => ({ type: 'build-log', id: '1', line: `${line}` }),
    );
    const state = reduceBuild(EMPTY_BUILD_STATE, [started, ...lines].map(at(1)));
    const derivation = state.derivations['a.drv'];
    expect(derivation?.logLines).toBe(2 * LOG_TAIL_LINES);
    expect(derivation?.logTail).toHaveLength(LOG_TAIL_LINES);
    expect(derivation?.logTail.at(-1)).toBe(`${2 * LOG_TAIL_LINES - 1}`);
  });

  test('events about activities that never started change nothing', () => {
    for (const event of [
      { type: 'stopped', id: '9' },
      { type: 'progress', id: '9', done: 1, expected: 2 },
      { type: 'build-log', id: '9', line: 'x' },
    ] satisfies NixEvent[]) {
      expect(reduceBuild(EMPTY_BUILD_STATE, [event].map(at(0)))).toEqual(EMPTY_BUILD_STATE);
    }
  });

  test('a cancelled build has nothing that is planned or runs', () => {
    const running = replay('built').find((state) =>
      Object.values(state.derivations).some((derivation) => derivation.state === 'running'),
    );
    const cancelled = cancelBuildState(running ?? EMPTY_BUILD_STATE, 99);
    expect(derivations(cancelled)).toMatchObject({
      'lib-1.0.drv': { state: 'cancelled', finishedAt: 99 },
      'app-1.0.drv': { state: 'cancelled', finishedAt: null },
    });
  });
});
