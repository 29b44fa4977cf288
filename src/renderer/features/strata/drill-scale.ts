/** The scale of the core drill: budgets on a logarithmic axis, 1 at the bottom, the most at the top. */

/** Position of a budget from the top, 0 to 1. */
export function budgetToPosition(budget: number, most: number): number {
  if (most <= 1) return 0;
  return 1 - Math.log(budget) / Math.log(most);
}

/** The whole budget nearest to a position; positions outside are clamped. */
export function positionToBudget(position: number, most: number): number {
  const clamped = Math.min(1, Math.max(0, position));
  return Math.min(most, Math.max(1, Math.round(most ** (1 - clamped))));
}

/**
 * The budget after a key, or undefined where the key does nothing. Arrows move by one layer, Page keys by a tenth of
 * the scale, as the slider pattern of the ARIA Authoring Practices has it.
 */
export function budgetAfterKey(key: string, budget: number, most: number): number | undefined {
  const clamp = (value: number) => Math.min(most, Math.max(1, value));
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return clamp(budget + 1);
    case 'ArrowDown':
    case 'ArrowLeft':
      return clamp(budget - 1);
    case 'PageUp':
      return clamp(Math.max(budget + 1, positionToBudget(budgetToPosition(budget, most) - 0.1, most)));
    case 'PageDown':
      return clamp(Math.min(budget - 1, positionToBudget(budgetToPosition(budget, most) + 0.1, most)));
    case 'Home':
      return 1;
    case 'End':
      return most;
    default:
      return undefined;
  }
}

/** Marks worth a number on the scale, without any two closer than `apart` of its length. */
export function drillTicks(most: number, apart = 0.05): number[] {
  const wanted = [most, 1, 10, 2, 5, 20, 50, 100, 3, 40, 30, 60, 80, 7, 15];
  const kept: number[] = [];
  for (const tick of wanted) {
    if (tick > most || kept.includes(tick)) continue;
    const position = budgetToPosition(tick, most);
    if (kept.every((other) => Math.abs(budgetToPosition(other, most) - position) >= apart)) kept.push(tick);
  }
  return kept.sort((a, b) => b - a);
}
