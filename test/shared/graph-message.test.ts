import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readStructuredAttrs } from '../../src/engine/graph/structured-attrs.ts';
import { graphMessageSchema } from '../../src/shared/contract/builds.ts';
import { readGraphMessage, writeGraphMessage } from '../../src/shared/contract/graph-message.ts';
import { layeringSchema } from '../../src/shared/document.ts';
import { planGraph } from '../../src/shared/plan-graph.ts';
import { arbitraryGraph, attrsOf } from '../engine/graph/arbitrary-graph.ts';

const NAMES = ['bash-5.2', 'bash-5.1', 'glibc-2.36', 'glibc-2.40', 'openssl-3.1', 'x-1.0-bin', 'x-2.0-bin'];

/** Counts of a whole package set, which are those of the names and of many that the image does not have. */
const packageSet = fc.record({
  known: fc.dictionary(fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 5_000 })),
  others: fc.array(fc.integer({ min: 2, max: 500 }), { minLength: 1_000, maxLength: 1_200 }),
});

it('a window plans with an excerpt of the counts as the command line does with all of them', () => {
  fc.assert(
    fc.property(
      arbitraryGraph(24),
      packageSet,
      fc.constantFrom('strata' as const, 'nixery' as const),
      (plain, { known, others }, strategy) => {
        const graph = readStructuredAttrs(attrsOf(plain));
        const layering = layeringSchema.parse({ strategy });
        const popularity = {
          ...known,
          ...Object.fromEntries(others.map((count, index) => [`other-${index}`, count])),
        };
        const sent = JSON.stringify(writeGraphMessage('build', graph, popularity));
        const received = readGraphMessage(graphMessageSchema.parse(JSON.parse(sent)));
        expect(Object.keys(received.popularity).length).toBeLessThanOrEqual(NAMES.length);
        const built = planGraph({ graph, popularity, layering }).plan;
        const shown = planGraph({ ...received, layering }).plan;
        for (let budget = 1; budget <= built.maxLayers; budget++) {
          expect(shown.layers(budget)).toEqual(built.layers(budget));
        }
      },
    ),
    { numRuns: 60, endOnFailure: true },
  );
});
