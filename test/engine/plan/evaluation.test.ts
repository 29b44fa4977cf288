import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPackageSet } from '../../../bench/layers/data.ts';
import { applications, cutImages } from '../../../bench/layers/image-set.ts';
import { PLANNERS } from '../../../bench/layers/planners.ts';
import { pythonRandom } from '../../../bench/layers/python-random.ts';
import { scorer } from '../../../bench/layers/score.ts';
import { subgraph } from '../../../src/engine/graph/reach.ts';
import { strata } from '../../../src/engine/strategies/strata.ts';

const ROOT = join(import.meta.dirname, '../../..');
const DATA = join(ROOT, '../shared/data/debian-bookworm.graph.json.gz');

/** What Python's random and layer_eval.py gave: draws by seed, a hash of roots and updates, figures by budget. */
const recorded: {
  readonly random: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly images: Readonly<Record<string, string>>;
  readonly figures: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>>
  >;
} = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/layer-eval.json'), 'utf8'));

const range = (length: number) => Array.from({ length }, (_, index) => index);

describe('random numbers as Python draws them', () => {
  for (const [seed, draws] of Object.entries(recorded.random)) {
    it(`are the same for the seed ${seed}`, () => {
      const random = pythonRandom(Number(seed));
      expect(range(5).map(() => random.getRandomBits(32))).toEqual(draws.bits32);
      expect(range(5).map(() => random.getRandomBits(7))).toEqual(draws.bits7);
      expect(range(10).map(() => random.choice([1, 1, 2, 3]))).toEqual(draws.choice);
      expect(random.sample(range(14_483), 3)).toEqual(draws.few);
      expect(random.sample(range(90), 25)).toEqual(draws.many);
      expect(random.sample(range(12), 12)).toEqual(draws.all);
    });
  }

  it('cannot be drawn from nothing', () => {
    expect(() => pythonRandom(-1)).toThrow(RangeError);
    expect(() => pythonRandom(1).choice([])).toThrow(RangeError);
    expect(() => pythonRandom(1).sample([1], 2)).toThrow(RangeError);
  });
});

const isThere = existsSync(DATA);
if (!isThere) console.log(`Skipped: the evaluation on a real package set, since ${DATA} is not there.`);

describe.skipIf(!isThere)('the evaluation', () => {
  const set = isThere ? readPackageSet(DATA) : { paths: [], popularity: {}, updates: new Set<string>() };
  const candidates = applications(set);
  const names = { nixery: 'nixery', autolayer: 'auto (layer_eval.py)', single: 'single' };

  for (const [seed, figures] of Object.entries(recorded.figures)) {
    it(`cuts the images of layer_eval.py and gives its figures to three digits, seed ${seed}`, () => {
      const imageSet = cutImages(set, candidates, Number(seed));
      const lines = imageSet.images.map(({ graph }) =>
        Array.from(graph.roots, (root) => graph.paths[root]).join(' '),
      );
      lines.push(...imageSet.events.map((event) => set.paths[event].path));
      expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(recorded.images[seed]);

      const { score } = scorer(imageSet);
      for (const [peer, name] of Object.entries(names)) {
        const plans = PLANNERS.find((planner) => planner.name === name)?.plan(imageSet) ?? [];
        for (const [budget, expected] of Object.entries(figures)) {
          const { cold, update, chain } = score((_, index) => plans[index].layers(Number(budget)));
          // Where there is one layer, a chain is a layer.
          if (peer === 'single') expect(chain).toEqual({ cold, update });
          else expect(chain.update).toBeGreaterThan(update);
          expect([cold.toFixed(3), update.toFixed(3)]).toEqual(
            expected[peer].map((figure) => figure.toFixed(3)),
          );
        }
      }
    });
  }

  it('finds that an unrelated package leaves most layers as they are', () => {
    // Every image of two seeds, with and without one more application.
    let kept = 0;
    let bytesKept = 0;
    let layers = 0;
    let bytes = 0;
    for (const seed of [1, 2]) {
      const { images } = cutImages(set, candidates, seed);
      for (const { graph } of images) {
        const last = graph.roots.length - 1;
        if (last < 5) continue;
        const before = strata(subgraph(graph, graph.roots.subarray(0, last)), { popularity: set.popularity });
        const after = strata(graph, { popularity: set.popularity });
        const keysOf = (plan: typeof after) =>
          plan.layers(60).map(({ nodes, sizeBytes }) => ({
            key: Array.from(nodes, (node) => plan.graph.paths[node]).join(),
            sizeBytes,
          }));
        const now = new Set(keysOf(after).map(({ key }) => key));
        for (const { key, sizeBytes } of keysOf(before)) {
          layers++;
          bytes += sizeBytes;
          if (!now.has(key)) continue;
          kept++;
          bytesKept += sizeBytes;
        }
      }
    }
    const share = kept / layers;
    console.log(
      `One more application leaves ${(share * 100).toFixed(1)} % of the layers as they are, ` +
        `and ${((bytesKept / bytes) * 100).toFixed(1)} % of the bytes (budget 60).`,
    );
    expect(share).toBeGreaterThan(0.55);
    expect(bytesKept / bytes).toBeGreaterThan(0.8);
  });
});
