import { describe, expect, it } from 'vitest';
import { readOutcome, readOutcomeOf, type TestReport } from './outcome.ts';

const report = (...statuses: readonly string[]): TestReport => ({
  numPassedTests: statuses.filter((status) => status === 'passed').length,
  numFailedTests: statuses.filter((status) => status === 'failed').length,
  testResults: [
    {
      name: '/home/ada/strata/test/some.test.ts',
      status: statuses.includes('failed') ? 'failed' : 'passed',
      assertionResults: statuses.map((status, index) => ({
        fullName: `test ${index}`,
        status,
        failureMessages: status === 'failed' ? ['Error: no\n    at somewhere'] : [],
      })),
    },
  ],
});

describe('the outcome of a case', () => {
  it('is a failure, with the last line as its reason, where the script failed', () => {
    const outcome = readOutcome('building …\nerror: no space\n\n', 4, undefined);
    expect(outcome).toMatchObject({ state: 'failed', text: 'error: no space', details: [] });
  });

  it('is a failure where the script did not end', () => {
    expect(readOutcome('waiting', undefined, undefined)).toMatchObject({
      state: 'failed',
      text: 'took too long',
    });
  });

  it('keeps the digests of what was built, also where something failed later', () => {
    const { state, digests } = readOutcome(
      'world: digest web sha256:12\nworld: digest tools sha256:34\nno',
      1,
      undefined,
    );
    expect(state).toBe('failed');
    expect(digests).toEqual({ web: 'sha256:12', tools: 'sha256:34' });
  });

  it('says which programs failed', () => {
    const outcome = readOutcome('world: count 1 of 2\nweb.tar: python3 ended with a signal', 1, undefined);
    expect(outcome).toMatchObject({
      state: 'failed',
      text: '1 of 2',
      details: ['web.tar: python3 ended with a signal'],
    });
  });

  it('is a refusal or a skip where the script says so', () => {
    expect(readOutcome('world: refused hint: sudo this', 0, undefined)).toMatchObject({
      state: 'refused',
      text: 'hint: sudo this',
    });
    expect(readOutcome('world: skipped no namespaces', 0, undefined)).toMatchObject({
      state: 'skipped',
      text: 'no namespaces',
    });
  });

  it('counts tests, and lists those that failed or were skipped, with the reasons', () => {
    const output = ' ↓ some.test.ts > test 2 12ms [only root can]\nSkipped: no registry\n';
    expect(readOutcome(output, 1, report('passed', 'failed', 'skipped'))).toMatchObject({
      state: 'failed',
      text: '1 of 2',
      details: [
        'test 1: Error: no',
        'skipped: some.test.ts > test 2 [only root can]',
        'skipped: no registry',
      ],
    });
    expect(readOutcome(output, 0, report('passed', 'skipped'))).toMatchObject({
      state: 'passed',
      text: '1 of 1',
    });
  });

  it('names a file of tests that could not be read', () => {
    const unreadable: TestReport = {
      numPassedTests: 0,
      numFailedTests: 0,
      testResults: [
        {
          name: '/root/strata/test/a.test.ts',
          status: 'failed',
          message: 'SyntaxError: no',
          assertionResults: [],
        },
      ],
    };
    expect(readOutcome('', 1, unreadable).details).toEqual(['test/a.test.ts: SyntaxError: no']);
  });
});

describe('the outcome of one directory of several', () => {
  const files = (name: string, ...statuses: readonly string[]) =>
    report(...statuses).testResults.map((file) => ({
      ...file,
      name: `/home/ada/strata/test/main/${name}`,
    }));
  const all: TestReport = {
    numPassedTests: 4,
    numFailedTests: 1,
    testResults: [
      ...files('nix/a.test.ts', 'passed', 'skipped'),
      ...files('nix/support/b.test.ts', 'passed'),
      ...files('nixery/c.test.ts', 'failed', 'passed', 'passed'),
    ],
  };
  const output = [
    ' ↓ |unit| test/main/nix/a.test.ts > test 1 12ms [no room]',
    ' ↓ |unit| test/main/nixery/c.test.ts > test 9 12ms [no air]',
  ].join('\n');

  it('counts its tests, and says why others of it were skipped', () => {
    expect(readOutcomeOf('test/main/nix', output, all)).toEqual({
      state: 'passed',
      text: '2 of 2',
      details: ['skipped: |unit| test/main/nix/a.test.ts > test 1 [no room]'],
      digests: {},
    });
  });

  it('fails where one of its own does', () => {
    expect(readOutcomeOf('test/main/nixery', output, all)).toMatchObject({
      state: 'failed',
      text: '2 of 3',
      details: expect.arrayContaining(['test 0: Error: no']),
    });
  });
});
