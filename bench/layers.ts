import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chart } from './layers/chart.ts';
import { cutComposed, wellKnown } from './layers/composed-set.ts';
import { readPackageSet } from './layers/data.ts';
import { type Cut, evaluate } from './layers/evaluate.ts';
import { applications, cutImages } from './layers/image-set.ts';
import { PLANNERS } from './layers/planners.ts';
import { figuresTable, markdownReport, ratiosTable, type SeedGroup, spans } from './layers/report.ts';

/**
 * Counts the bytes that each strategy moves, as layer_eval.py does, and writes figures and charts into docs/.
 *
 *     npm run bench:layers -- [--data FILE] [--seeds 1-12,30] [--write]
 *
 * Without --seeds: those that were kept apart until the strategy was done, those that it was made with, and images of
 * another kind, without anything that all of them have. Only these figures go into docs/.
 */
const TUNING = '1-80';
const HELD_OUT = '301-400';
const COMPOSED = '1-12';
const DATA = new URL('../../shared/data/debian-bookworm.graph.json.gz', import.meta.url).pathname;
const DOCUMENT = new URL('../docs/planning.md', import.meta.url);
const MARKERS = ['<!-- figures: npm run bench:layers -- --write -->', '<!-- end of figures -->'] as const;

/** A group of seeds, the name of its chart, and how its images are cut. */
interface Wanted {
  readonly title: string;
  readonly name: string;
  readonly seeds: string;
  readonly cut: Cut;
}

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: DATA },
    seeds: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const set = readPackageSet(values.data);
const leaves = applications(set);
const known = wellKnown(set);
const cut: Cut = (seed) => cutImages(set, leaves, seed);
const compose: Cut = (seed) => cutComposed(set, known, seed);

const wanted: readonly Wanted[] =
  values.seeds === undefined
    ? [
        { title: 'Seeds kept apart', name: 'held-out', seeds: HELD_OUT, cut },
        { title: 'Seeds used while the strategy was made', name: 'tuning', seeds: TUNING, cut },
        { title: 'Images composed of well-known packages', name: 'composed', seeds: COMPOSED, cut: compose },
      ]
    : [{ title: 'Seeds as asked for', name: 'asked', seeds: values.seeds, cut }];

const groups: SeedGroup[] = [];
for (const { title, seeds: text, cut: cutImagesOf } of wanted) {
  const seeds = parseSeeds(text);
  const series = evaluate(cutImagesOf, seeds, PLANNERS, (seed) => process.stderr.write(`\rseed ${seed} `));
  process.stderr.write('\r');
  const group = { title, seeds, series };
  groups.push(group);
  console.log(
    [`\n${title}: ${spans(seeds)}`, '', ...figuresTable(group), '', ...ratiosTable(group)].join('\n'),
  );
}

if (values.write && values.seeds === undefined) {
  await mkdir(new URL('../docs/img/', import.meta.url), { recursive: true });
  const names = wanted.map(({ name }) => `img/layers-${name}.svg`);
  await Promise.all(
    groups.map((group, index) =>
      writeFile(new URL(`../docs/${names[index]}`, import.meta.url), chart(group)),
    ),
  );
  const [start, end] = MARKERS;
  const old = readFileSync(DOCUMENT, 'utf8');
  const from = old.indexOf(start) + start.length;
  const to = old.indexOf(end);
  if (from < start.length || to < from) throw new Error(`docs/planning.md lacks "${start}" or "${end}".`);
  const figures = markdownReport(groups, (group) => names[groups.indexOf(group)]);
  writeFileSync(DOCUMENT, `${old.slice(0, from)}\n\n${figures}\n${old.slice(to)}`);
}

/** `1-3,7` is 1, 2, 3, 7. */
function parseSeeds(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    if (!Number.isInteger(first) || !Number.isInteger(last))
      throw new Error(`"${part}" is not a range of seeds.`);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
