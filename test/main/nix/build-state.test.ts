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

/** What Nix really wrote (2.8, where no version is named), one state a line. */
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

  const LIB = '/nix/store/38c13p99y6fx2dp94jz7s71jmv03n40r-lib-1.0';
  const APP = '/nix/store/kxhqy9ywyx52lpvz0hdvc72mmg0makyd-app-1.0';
  const SMALL = '/nix/store/2r5bcwwi8n5aqjlilssd8zb9rxrv7pjc-small-1.0';
  const VERSIONS = ['2.8', '2.26', '2.34'];

  /** How far a path was, each step once. */
  function stepsOf(path: string, recording: string): string[] {
    const seen = replay(recording).flatMap(({ downloads }) => {
      const { state, from, doneBytes = 0, totalBytes } = downloads[path] ?? {};
      const part = doneBytes === 0 ? 'none' : doneBytes === totalBytes ? 'all' : 'some';
      return state === undefined ? [] : [`${state} from ${from}, ${part}`];
    });
    return seen.filter((step, index) => step !== seen[index - 1]);
  }

  test.each(VERSIONS)(
    'counts bytes, and leaves out the files of the cache that they go through, %s',
    (version) => {
      const states = replay(`downloaded-${version}`);
      const progress = states.map((state) => state.downloads[LIB]?.doneBytes ?? 0);
      expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
      expect(new Set(progress).size).toBeGreaterThan(3);

      const last = states.at(-1) ?? EMPTY_BUILD_STATE;
      const from = { from: 'http://whole.example', state: 'done' };
      expect(last.downloads).toEqual({
        [LIB]: { path: LIB, ...from, doneBytes: 4_096_120, totalBytes: 4_096_120 },
        // Up to 2.26, what is small is not told of.
        [APP]: {
          path: APP,
          ...from,
          ...(version === '2.34'
            ? { doneBytes: 1_192, totalBytes: 1_192 }
            : { doneBytes: 0, totalBytes: null }),
        },
      });
      // Nix tells hundredths of a MiB.
      expect(Math.abs(last.plannedDownloadBytes - 4_097_312)).toBeLessThan(0.01 * 2 ** 20);
      expect(last.activities).toEqual({});
    },
  );

  test.each(
    VERSIONS.flatMap((version) => [
      [version, 'half'],
      [version, 'almost'],
    ]),
  )('Nix %s takes the next cache where one breaks off, %s way', (version, where) => {
    const recording = where === 'half' ? 'cache-broke-off' : 'cache-broke-off-at-the-end';
    const steps = stepsOf(LIB, `${recording}-${version}`);
    expect(steps.filter((step) => step !== 'running from http://whole.example, all')).toEqual([
      'planned from null, none',
      `running from http://${where}.example, none`,
      `running from http://${where}.example, some`,
      `failed from http://${where}.example, some`,
      'running from http://whole.example, none',
      'running from http://whole.example, some',
      'done from http://whole.example, all',
    ]);
  });

  test.each(VERSIONS)('what is small and breaks off is not done before it has come, Nix %s', (version) => {
    const steps = stepsOf(SMALL, `small-broke-off-${version}`);
    const failed = steps.findIndex((step) => step.startsWith('failed from http://half.example'));
    expect(failed).toBeGreaterThan(0);
    expect(steps.findIndex((step) => step.startsWith('done'))).toBeGreaterThan(failed);
    expect(steps.at(-1)).toBe('done from http://whole.example, all');
  });

  test.each(VERSIONS)(
    'what is small and breaks off has failed where nobody else has it, Nix %s',
    (version) => {
      const steps = stepsOf(SMALL, `small-lost-${version}`);
      expect(steps.filter((step) => step.startsWith('done'))).toEqual([]);
      expect(steps.at(-1)).toMatch(/^failed from http:\/\/half\.example/);
    },
  );

  const COPIED = ['small-1.0', 'app-1.0'] as const;

  /** How the two paths that are copied over SSH were, each step once. */
  function copiesOf(recording: string): string[] {
    const states = replay(recording);
    const ended = reduceBuild(states.at(-1) ?? EMPTY_BUILD_STATE, [{ event: { type: 'succeeded' }, at: 0 }]);
    const steps = [...states, ...(recording.startsWith('copied') ? [ended] : [])].map(({ downloads }) =>
      COPIED.map(
        (name) => Object.values(downloads).find(({ path }) => path.endsWith(`-${name}`))?.state,
      ).join(' '),
    );
    // 2.8 counts no copies: that one has come shows when the next begins.
    return steps.filter((step, index) => step !== steps[index - 1] && step !== 'done ');
  }

  test.each(VERSIONS)('what is copied over SSH is done when it has come, Nix %s', (version) => {
    expect(copiesOf(`copied-${version}`)).toEqual([' ', 'running ', 'done running', 'done done']);
  });

  test.each(VERSIONS)('what is small, copied over SSH and breaks off has failed, Nix %s', (version) => {
    expect(copiesOf(`copy-broke-off-${version}`)).toEqual([' ', 'running ', 'done running', 'done failed']);
  });

  test('a file that breaks off has failed, though little of it is missing', () => {
    const url = 'https://example.org/source.tar.gz';
    const events: NixEvent[] = [
      { type: 'transfer-started', id: '1', parent: '0', url },
      { type: 'progress', id: '1', done: 5, expected: 7 },
      { type: 'stopped', id: '1' },
      { type: 'message', level: 'error', text: `error: unable to download '${url}': HTTP error 200` },
    ];
    expect(reduceBuild(EMPTY_BUILD_STATE, events.map(at(0))).downloads[url]?.state).toBe('failed');
  });

  describe('of substitutions that end at the same time', () => {
    const URL = 'http://cache/nar/bad.nar';
    const substituted = (id: string, path: string): NixEvent[] => [
      { type: 'download-started', id, path, from: 'http://cache', by: 'substituter' },
      { type: 'transfer-started', id: `${id}0`, parent: id, url: `http://cache/nar/${path.slice(11)}.nar` },
      { type: 'progress', id, done: 5, expected: 7 },
      { type: 'stopped', id: `${id}0` },
      { type: 'stopped', id },
    ];
    const begun: NixEvent[] = [
      { type: 'counter-started', id: '9', counts: 'substituter' },
      ...substituted('1', '/nix/store/bad'),
      ...substituted('2', '/nix/store/good'),
    ];
    const complaint: NixEvent = {
      type: 'message',
      level: 'error',
      text: `error: unable to download '${URL}': HTTP error 200 (curl error: Transferred a partial file)`,
    };
    const one: NixEvent = { type: 'progress', id: '9', done: 1, expected: 2 };

    test('none is done before Nix counts it', () => {
      const { downloads } = reduceBuild(EMPTY_BUILD_STATE, begun.map(at(0)));
      expect(Object.values(downloads).map(({ state }) => state)).toEqual(['running', 'running']);
    });

    test.each([
      ['first', [complaint, one]],
      ['last', [one, complaint]],
    ])('the one that is complained of has failed, whichever is told %s', (_, told) => {
      const { downloads } = reduceBuild(EMPTY_BUILD_STATE, [...begun, ...told].map(at(0)));
      expect(downloads).toMatchObject({
        '/nix/store/good': { state: 'done', doneBytes: 7 },
        '/nix/store/bad': { state: 'failed' },
      });
    });

    test('other complaints are about something else', () => {
      const other: NixEvent = { type: 'message', level: 'error', text: "error: builder for '/x.drv' failed" };
      const two: NixEvent = { type: 'progress', id: '9', done: 2, expected: 2 };
      const { downloads } = reduceBuild(EMPTY_BUILD_STATE, [...begun, other, two].map(at(0)));
      expect(Object.values(downloads).map(({ state }) => state)).toEqual(['done', 'done']);
    });
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
    for (const name of ['built', 'build-failed', 'downloaded-2.8', 'small-lost-2.26']) {
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
