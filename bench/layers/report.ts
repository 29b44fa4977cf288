import { BUDGETS, bounds, mean, type Series, summarise } from './evaluate.ts';
import { REFERENCE, STRATA, STRATA_KNOWN } from './planners.ts';
import type { Moved } from './score.ts';

/** Targets as ratios to the reference, by budget. */
interface Target {
  readonly name: string;
  readonly cold: readonly number[];
  readonly update: readonly number[];
}

const REQUIRED: Target = { name: 'required', cold: [0.97, 0.94, 0.97], update: [0.5, 0.66, 0.86] };

const TARGETS: readonly Target[] = [
  REQUIRED,
  { name: 'aimed at', cold: [0.9, 0.9, 0.95], update: [0.4, 0.55, 0.8] },
];

/** Seeds that were looked at while the strategy was made, and such that were not. */
export interface SeedGroup {
  readonly title: string;
  readonly seeds: readonly number[];
  readonly series: readonly Series[];
}

/**
 * One table of figures for a group of seeds, in Markdown: bytes moved, perfect sharing being 1, by clients that find
 * layers by digest, and by those that find them by chain.
 */
export function figuresTable({ series }: SeedGroup): string[] {
  const summaries = summarise(series);
  const planners = [...new Set(summaries.map(({ planner }) => planner))];
  const cell = ({ cold, update }: Moved) => `${cold.toFixed(3)} / ${update.toFixed(3)}`;
  return table(
    [
      'cold / update',
      ...BUDGETS.flatMap((budget) => [`budget ${budget}`, 'by chain']),
      'layers an image at 100',
    ],
    planners.map((planner) => {
      const rows = summaries.filter((summary) => summary.planner === planner);
      return [
        planner,
        ...rows.flatMap((row) => [cell(row), cell(row.chain)]),
        rows.at(-1)?.layersPerImage.toFixed(1) ?? '',
      ];
    }),
  );
}

/** How far `strata` came: ratios to the reference beside the targets and what no planner can go below. */
export function ratiosTable({ series }: SeedGroup): string[] {
  const summaries = summarise(series);
  const line = (name: string, cold: readonly string[], update: readonly string[]) => [
    name,
    ...cold,
    ...update,
  ];
  const figures = (values: readonly number[]) => values.map((value) => value.toFixed(3));
  const of = (planner: string, figure: (ratios: readonly number[], target: number) => string) => {
    const ratios = summaries
      .filter((summary) => summary.planner === planner)
      .map((summary) => summary.ratios);
    return [
      ratios.map(({ cold }, at) => figure(cold, REQUIRED.cold[at])),
      ratios.map(({ update }, at) => figure(update, REQUIRED.update[at])),
    ] as const;
  };
  const least = BUDGETS.map((budget) => bounds(series, budget));
  return table(
    ['', ...BUDGETS.map((budget) => `cold ${budget}`), ...BUDGETS.map((budget) => `update ${budget}`)],
    [
      line('strata', ...of(STRATA, (ratios) => mean(ratios).toFixed(3))),
      line('strata, standard error', ...of(STRATA, standardError)),
      line('strata, median', ...of(STRATA, (ratios) => median(ratios).toFixed(3))),
      line('strata, worst seed', ...of(STRATA, (ratios) => Math.max(...ratios).toFixed(3))),
      line('strata, seeds within the required', ...of(STRATA, shareWithin)),
      line('strata, set known', ...of(STRATA_KNOWN, (ratios) => mean(ratios).toFixed(3))),
      ...TARGETS.map(({ name, cold, update }) => line(name, figures(cold), figures(update))),
      line('bound', figures(least.map(({ cold }) => cold)), figures(least.map(({ update }) => update))),
    ],
  );
}

/** Of the mean of independent values; a dash where there is only one. */
function standardError(values: readonly number[]): string {
  if (values.length < 2) return '–';
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length).toFixed(3);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

function shareWithin(ratios: readonly number[], target: number): string {
  return `${ratios.filter((ratio) => ratio <= target).length} of ${ratios.length}`;
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
