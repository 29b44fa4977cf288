import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import {
  budgetAfterKey,
  budgetToPosition,
  drillTicks,
  positionToBudget,
} from '../../../src/renderer/features/strata/drill-scale.ts';

const most = fc.integer({ min: 1, max: 125 });

describe('the scale of the core drill', () => {
  test('every budget has a place, and the place leads back to it', () => {
    fc.assert(
      fc.property(most, fc.nat(), (max, n) => {
        const budget = 1 + (n % max);
        expect(positionToBudget(budgetToPosition(budget, max), max)).toBe(budget);
      }),
    );
  });

  test('most budgets at the top, one at the bottom, and no place outside', () => {
    expect(budgetToPosition(125, 125)).toBe(0);
    expect(budgetToPosition(1, 125)).toBe(1);
    expect(positionToBudget(-3, 125)).toBe(125);
    expect(positionToBudget(9, 125)).toBe(1);
  });

  test('keys move as a slider does, and stay on the scale', () => {
    expect(budgetAfterKey('ArrowUp', 94, 125)).toBe(95);
    expect(budgetAfterKey('ArrowDown', 1, 125)).toBe(1);
    expect(budgetAfterKey('Home', 94, 125)).toBe(1);
    expect(budgetAfterKey('End', 94, 125)).toBe(125);
    expect(budgetAfterKey('PageDown', 94, 125)).toBeLessThan(80);
    expect(budgetAfterKey('a', 94, 125)).toBeUndefined();
  });

  test('Page keys always move, and arrive at both ends', () => {
    fc.assert(
      fc.property(most, (max) => {
        let budget = 1;
        for (let i = 0; i < 125 && budget < max; i++) {
          const next = budgetAfterKey('PageUp', budget, max) as number;
          expect(next).toBeGreaterThan(budget);
          budget = next;
        }
        expect(budget).toBe(max);
      }),
    );
  });

  test('marks keep their distance', () => {
    const positions = drillTicks(125).map((tick) => budgetToPosition(tick, 125));
    for (let i = 1; i < positions.length; i++) {
      expect(itemAt(positions, i) - itemAt(positions, i - 1)).toBeGreaterThanOrEqual(0.05);
    }
    expect(drillTicks(1)).toEqual([1]);
  });
});
