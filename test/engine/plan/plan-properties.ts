import { expect } from 'vitest';
import type { Plan } from '../../../src/engine/plan/plan.ts';

/** Every budget that can make a difference, and one beyond. */
export function budgetsOf(plan: Plan): number[] {
  return Array.from({ length: plan.maxLayers + 2 }, (_, index) => index + 1);
}

/** Layers as lists of store paths, in manifest order. */
export function contentsOf(plan: Plan, budget: number): string[][] {
  return plan.layers(budget).map(({ nodes }) => Array.from(nodes, (node) => plan.graph.paths[node]));
}

/** What holds of the layers of any strategy, at every budget: they partition the graph and keep to the budget. */
export function expectSoundPlan(plan: Plan): void {
  for (const budget of budgetsOf(plan)) {
    const layers = plan.layers(budget);
    expect(layers.length).toBeLessThanOrEqual(Math.min(budget, plan.maxLayers));
    const nodes: number[] = [];
    for (const layer of layers) {
      expect(layer.nodes.length).toBeGreaterThan(0);
      expect([...layer.nodes]).toEqual([...layer.nodes].sort((a, b) => a - b));
      expect(layer.sizeBytes).toBe(layer.nodes.reduce((sum, node) => sum + plan.graph.narSizes[node], 0));
      nodes.push(...layer.nodes);
    }
    expect(nodes.sort((a, b) => a - b)).toEqual([...plan.graph.paths.keys()]);
  }
  expect(plan.layers(plan.maxLayers + 1)).toHaveLength(plan.maxLayers);
}
