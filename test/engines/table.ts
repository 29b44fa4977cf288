import { type Case, caseName } from './cases.ts';
import { type Column, FILES, PUSHED, REFUSED } from './images.ts';

/** What came of a case. */
export interface Outcome {
  readonly state: 'yes' | 'upstream' | 'failed';
  /** The reason, where it did not pass; for refusals, what was printed. */
  readonly text: string;
}

/** Outcomes by the name of the case, with what they were made with. */
export interface Findings {
  readonly versions: Readonly<Record<string, string>>;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** Reads an outcome off what a case's script printed and its exit code. */
export function readOutcome({ upstream, table }: Case, output: string, exitCode: number): Outcome {
  const lines = output.trim().split('\n');
  if (exitCode === 0) return { state: 'yes', text: table === 'refused' ? printed(lines.at(-1)) : '' };
  if (upstream?.says.test(output)) return { state: 'upstream', text: upstream.why };
  const said = lines.findLast((line) => /error|fail|cannot|invalid|no such/i.test(line)) ?? lines.at(-1);
  return {
    state: 'failed',
    text: said?.trim().slice(0, 300) || `it ended with ${exitCode}, and said nothing`,
  };
}

/** Without what differs from run to run. */
function printed(line = ''): string {
  return line
    .replace(/127\.0\.0\.1:\d+/g, 'REGISTRY')
    .replace(/^time="[^"]*" /, '')
    .replace(/ The whole log: .*$/, ' …');
}

/** In Markdown: engines × images, and below them the reason of each that did not pass. */
export function renderTables(cases: readonly Case[], { versions, outcomes }: Findings): string {
  const reasons: string[] = [];
  const cell = (each: Case | undefined): string => {
    const outcome = each && outcomes[caseName(each)];
    if (outcome === undefined) return '';
    if (outcome.state === 'yes') return outcome.text === '' ? 'yes' : `\`${outcome.text}\``;
    const reason = outcome.state === 'upstream' ? outcome.text : `failed: ${outcome.text}`;
    if (!reasons.includes(reason)) reasons.push(reason);
    return `${outcome.state === 'upstream' ? 'no' : '**failed**'} (${reasons.indexOf(reason) + 1})`;
  };
  const run = cases.filter((each) => outcomes[caseName(each)]);
  const matrix = (kind: Case['table'], columns: readonly Column[]): string => {
    const rows = Map.groupBy(
      run.filter(({ table }) => table === kind),
      ({ engine, doing }) => `${engine} | ${doing}`,
    );
    return markdown(
      ['engine', 'command', ...columns.map(({ title }) => title)],
      [...rows].map(([name, row]) => [
        name,
        ...columns.map((column) => cell(row.find(({ image }) => image === column.name))),
      ]),
    );
  };
  const parts = [
    `With ${Object.entries(versions)
      .map(([system, text]) => `${system}: ${text}`)
      .join('; ')}.`,
    '### From a file',
    matrix('file', FILES),
    '### From a registry',
    matrix('pushed', PUSHED),
    '### What clients print of an image that cannot be had',
    matrix('refused', REFUSED),
    '### Besides',
    markdown(
      ['engine', 'what', ''],
      run.filter(({ table }) => table === 'more').map((each) => [each.engine, each.doing, cell(each)]),
    ),
    reasons.map((reason, index) => `${index + 1}. ${reason}`).join('\n'),
  ];
  return parts.filter(Boolean).join('\n\n');
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
