import { BUDGETS, type Summary, summarise } from './evaluate.ts';
import type { SeedGroup } from './report.ts';
import { spans } from './report.ts';

const WIDTH = 880;
const LABELS = 170;
const GAP = 40;
const ROW = 44;
const TOP = 84;
const BOTTOM = 56;
const COLOURS = ['#b3541e', '#2f6f73', '#5b4b8a'];
const TICKS = [1, 1.5, 2, 3, 5, 10, 15];

/** Two panels, first pulls and updates, a row a strategy, a dot a budget, on a logarithmic axis from 1 on. */
export function chart(group: SeedGroup): string {
  const summaries = summarise(group.series);
  const planners = [...new Set(summaries.map(({ planner }) => planner))];
  const height = TOP + planners.length * ROW + BOTTOM;
  const panelWidth = (WIDTH - LABELS - GAP - 24) / 2;
  const panels = [
    { title: 'First pull: bytes of all images', left: LABELS, value: ({ cold }: Summary) => cold },
    {
      title: 'Updates: bytes moved',
      left: LABELS + panelWidth + GAP,
      value: ({ update }: Summary) => update,
    },
  ];
  const highest = Math.max(...summaries.flatMap((summary) => panels.map(({ value }) => value(summary))));
  const x = (left: number, value: number) =>
    left + (Math.log(Math.max(1, value)) / Math.log(highest * 1.08)) * panelWidth;
  const y = (row: number) => TOP + row * ROW + ROW / 2;

  const body = panels.flatMap(({ title, left, value }) => [
    text(left, TOP - 22, title, 'font-weight="600"'),
    ...TICKS.filter((tick) => tick <= highest * 1.08).flatMap((tick) => [
      `<line x1="${r(x(left, tick))}" x2="${r(x(left, tick))}" y1="${TOP - 8}" y2="${height - BOTTOM}" stroke="#d9d4cc"/>`,
      text(x(left, tick), height - BOTTOM + 18, `${tick}`, 'text-anchor="middle" fill="#6b655c"'),
    ]),
    ...planners.flatMap((planner, row) => {
      const dots = summaries.filter((summary) => summary.planner === planner);
      const ends = dots.map((summary) => x(left, value(summary)));
      return [
        `<line x1="${r(Math.min(...ends))}" x2="${r(Math.max(...ends))}" y1="${y(row)}" y2="${y(row)}" stroke="#a39c90" stroke-width="2"/>`,
        ...dots.map((summary, at) => {
          const label = `${planner}, budget ${summary.budget}: ${value(summary).toFixed(3)}`;
          return `<circle cx="${r(ends[at])}" cy="${y(row)}" r="6" fill="${COLOURS[at]}"><title>${escapeXml(label)}</title></circle>`;
        }),
      ];
    }),
  ]);
  const names = planners.map((planner, row) =>
    text(
      LABELS - 14,
      y(row) + 4,
      planner,
      `text-anchor="end"${planner.startsWith('strata') ? ' font-weight="600"' : ''}`,
    ),
  );
  const legend = BUDGETS.flatMap((budget, at) => [
    `<circle cx="${LABELS + at * 110}" cy="26" r="6" fill="${COLOURS[at]}"/>`,
    text(LABELS + at * 110 + 12, 30, `budget ${budget}`, ''),
  ]);
  const axis = text(LABELS, height - 12, 'times the bytes of perfect sharing, logarithmic', 'fill="#6b655c"');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="13" fill="#2b2723">`,
    `<title id="t">Bytes moved by each layering strategy</title>`,
    `<desc id="d">Means over seeds ${spans(group.seeds)} at layer budgets of 20, 60 and 100; 1 is perfect sharing.</desc>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fbf9f5"/>`,
    ...legend,
    ...body,
    ...names,
    axis,
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${r(x)}" y="${r(y)}" ${attributes}>${escapeXml(content)}</text>`;
}

function r(value: number): string {
  return value.toFixed(1);
}

function escapeXml(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
