import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { planLayers, type StrategyName, strategies } from '../../../src/engine/strategies/index.ts';
import { expectSoundPlan } from './plan-properties.ts';

describe('strategies', () => {
  const graph = readStructuredAttrs({
    graph: [
      { path: 'a', narSize: 3, references: ['c'] },
      { path: 'b', narSize: 2, references: ['c'] },
      { path: 'c', narSize: 1, references: [] },
    ],
  });

  for (const name of Object.keys(strategies) as StrategyName[]) {
    it(`${name} plans under its name`, () => {
      const plan = planLayers(name, graph, { popularity: { c: 5 } });

      expect(plan.strategy).toBe(name);
      expectSoundPlan(plan);
    });
  }
});
