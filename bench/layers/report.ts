import { BUDGETS, bounds, type Series, type Summary, summarise } from './evaluate.ts';
import { REFERENCE, STRATA, STRATA_KNOWN } from './planners.ts';

/** Targets as ratios to the reference, by budget. */
export interface Target {
  readonly name: string;
  readonly cold: readonly number[];
  readonly update: readonly number[];
}

export const TARGETS: readonly Target[] = [
  { name: 'required', cold: [0.97, 0.94, 0.97], update: [0.5, 0.66, 0.86] },
  { name: 'aimed at', cold: [0.9, 0.9, 0.95], update: [0.4, 0.55, 0.8] },
];

/** Seeds that were looked at while the strategy was made, and such that were not. */
export interface SeedGroup {
  readonly title: string;
  readonly seeds: readonly number[];
  readonly series: readonly Series[];
}

/** One table of figures for a group of seeds, in Markdown: bytes moved, perfect sharing being 1. */
export function figuresTable({ series }: SeedGroup): string[] {
  const summaries = summarise(series);
  const planners = [...new Set(summaries.map(({ planner }) => planner))];
  const cell = ({ cold, update }: Pick<Summary, 'cold' | 'update'>) =>
    `${cold.toFixed(3)} / ${update.toFixed(3)}`;
  return table(
    ['cold / update', ...BUDGETS.map((budget) => `budget ${budget}`), 'layers an image at 100'],
    planners.map((planner) => {
      const rows = summaries.filter((summary) => summary.planner === planner);
      return [planner, ...rows.map(cell), rows.at(-1)?.layersPerImage.toFixed(1) ?? ''];
    }),
  );
}

/** How far `strata` came: ratios to the reference beside the targets and what no planner can go below. */
export function ratiosTable({ series }: SeedGroup): string[] {
  const summaries = summarise(series);
  const row = (name: string, cells: readonly { readonly cold: number; readonly update: number }[]) => [
    name,
    ...cells.map(({ cold }) => cold.toFixed(3)),
    ...cells.map(({ update }) => update.toFixed(3)),
  ];
  const of = (
    planner: string,
    pick: (summary: Summary) => { readonly cold: number; readonly update: number },
  ) => summaries.filter((summary) => summary.planner === planner).map(pick);
  return table(
    ['', ...BUDGETS.map((budget) => `cold ${budget}`), ...BUDGETS.map((budget) => `update ${budget}`)],
    [
      row(
        'strata',
        of(STRATA, ({ ratios }) => ratios),
      ),
      row(
        'strata, worst seed',
        of(STRATA, ({ worst }) => worst),
      ),
      row(
        'strata, set known',
        of(STRATA_KNOWN, ({ ratios }) => ratios),
      ),
      ...TARGETS.map(({ name, cold, update }) =>
        row(
          name,
          BUDGETS.map((_, at) => ({ cold: cold[at], update: update[at] })),
        ),
      ),
      row(
        'bound',
        BUDGETS.map((budget) => bounds(series, budget)),
      ),
    ],
  );
}

/** What goes between the markers of docs/planning.md. */
export function markdownReport(groups: readonly SeedGroup[], imageOf: (group: SeedGroup) => string): string {
  return groups
    .flatMap((group) => [
      `### ${group.title}`,
      '',
      `Seeds ${spans(group.seeds)}. Bytes moved, means over the seeds; 1 is perfect sharing.`,
      '',
      ...figuresTable(group),
      '',
      `The same as ratios to \`${REFERENCE}\` on the same seed, means of the ratios:`,
      '',
      ...ratiosTable(group),
      '',
      `![Bytes moved by each strategy](${imageOf(group)})`,
      '',
    ])
    .join('\n');
}

export function spans(seeds: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const seed of seeds) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === seed - 1) last[1] = seed;
    else runs.push([seed, seed]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)];
}
