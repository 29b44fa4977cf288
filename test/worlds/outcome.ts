/** What came of a case in a world. Details are lines that say more: skipped tests, failed programs. */
export interface Outcome {
  readonly state: 'passed' | 'refused' | 'skipped' | 'failed';
  /** Such as `67 of 67`, or the reason. */
  readonly text: string;
  readonly details: readonly string[];
  /** Manifest digests by the name of the image. */
  readonly digests: Readonly<Record<string, string>>;
}

/** The parts of vitest's JSON report that are read here. */
export interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** Terminals' colours. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** Reads the outcome off what a case's script printed, its exit code, and the report of its tests. */
export function readOutcome(
  output: string,
  exitCode: number | undefined,
  report: TestReport | undefined,
): Outcome {
  const lines = output.replace(COLOURS, '').split('\n');
  const findings = lines.filter((line) => line.startsWith('world: ')).map((line) => line.split(' ').slice(1));
  const finding = (kind: string) =>
    findings
      .find(([each]) => each === kind)
      ?.slice(1)
      .join(' ');
  const digests = Object.fromEntries(
    findings.flatMap(([kind, name = '', digest = '']) => (kind === 'digest' ? [[name, digest]] : [])),
  );
  const outcome = (state: Outcome['state'], text: string, details: readonly string[] = []): Outcome => ({
    state,
    text,
    details,
    digests,
  });
  const tests = report ? readTests(report, lines) : undefined;
  const count = tests?.count ?? finding('count');
  if (exitCode !== 0) {
    const failed =
      tests?.failed ?? lines.slice(lines.findIndex((line) => line.startsWith('world: count')) + 1);
    const last = lines.findLast((line) => line.trim() !== '')?.trim() ?? 'no output';
    const why = exitCode === undefined ? 'took too long' : last;
    return outcome(
      'failed',
      count ?? why,
      count === undefined ? [] : [...failed.filter(Boolean), ...(tests?.skipped ?? [])],
    );
  }
  const refused = finding('refused');
  if (refused !== undefined) return outcome('refused', refused);
  const skipped = finding('skipped');
  if (skipped !== undefined) return outcome('skipped', skipped);
  return outcome('passed', count ?? '', tests?.skipped);
}

/** The outcome of the tests of one directory, where those of others were run with them. */
export function readOutcomeOf(directory: string, output: string, report: TestReport): Outcome {
  const testResults = report.testResults.filter(({ name }) => name.includes(`/${directory}/`));
  const statuses = testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ status }) => status),
  );
  const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
  const lines = output.split('\n').filter((line) => line.includes(` ${directory}/`));
  const failed = testResults.some(({ status }) => status === 'failed');
  return readOutcome(lines.join('\n'), failed ? 1 : 0, {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    testResults,
  });
}

function readTests(report: TestReport, lines: readonly string[]) {
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failedFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = [
    ...tests.flatMap(({ status, fullName, failureMessages }) =>
      status === 'failed' ? [`${fullName}: ${firstLine(failureMessages?.[0])}`] : [],
    ),
    ...failedFiles.map(({ name, message }) => `${name.replace(/^.*\/strata\//, '')}: ${firstLine(message)}`),
  ];
  const skipped = [
    // Vitest's verbose reporter has the reason of a test that skips itself, its JSON does not.
    // The time that it took until then would make each another.
    ...lines.flatMap((line) => /^\s*↓ (.*\[.*\])\s*$/.exec(line)?.[1]?.replace(/ \d+ms(?= \[)/, '') ?? []),
    ...lines.flatMap((line) => /^(Skipped: .*)$/.exec(line)?.[1] ?? []),
  ].map((line) => `skipped: ${line.replace(/^Skipped: /, '')}`);
  const total =
    tests.length - tests.filter(({ status }) => status === 'skipped' || status === 'pending').length;
  return { count: `${report.numPassedTests} of ${total}`, failed, skipped: [...new Set(skipped)] };
}

function firstLine(text: string | undefined): string {
  return (text ?? 'no reason given').replace(COLOURS, '').trim().split('\n')[0] ?? '';
}
