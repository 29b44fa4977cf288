import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate } from '../../../../src/engine/strategies/strata/allocate.ts';

/** Costs by number of layers; nothing has no layers. */
const costs = (...ofLayers: number[]) => Float64Array.of(0, ...ofLayers);

describe('allocate', () => {
  it('gives each further layer to the part where it saves most, what tools save counting for half', () => {
    const { toolBudgets, restBudgets } = allocate(costs(100, 50, 40), costs(100, 70, 60, 54));

    // 30 of the rest, then 50 / 2 of the tools, then 10 and 6 of the rest, then 10 / 2.
    expect([...restBudgets]).toEqual([0, 2, 3, 5, 6]);
    expect([...toolBudgets]).toEqual([0, 1, 4, 7]);
  });

  it('gives every budget exactly one further layer until there are no more', () => {
    const part = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(part, part, (tools, rest) => {
        const { toolBudgets, restBudgets } = allocate(costs(...tools), costs(...rest));
        const given = [...toolBudgets.subarray(1), ...restBudgets.subarray(1)].sort((a, b) => a - b);
        expect(given).toEqual(Array.from({ length: tools.length + rest.length }, (_, at) => at + 1));
      }),
    );
  });
});
