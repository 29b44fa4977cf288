import { agglomerate, labelsAfter } from './agglomerate.ts';
import type { Descent } from './descent.ts';
import { refine } from './refine.ts';

const ROUNDS = 3;

/**
 * Merges clusters down to one by way of levels, numbers of layers in descending order: at each, the greedy merges give
 * layers, {@link refine} improves them, and then merges are made anew within the improved layers. So every budget is a
 * prefix of one sequence of merges, and yet the layers are better than what the greedy way comes to. Each level starts
 * from the layers of the one before, so that few levels are better than many.
 */
export function mergeToOne(descent: Descent, levels: readonly number[]): void {
  for (const level of levels) {
    const { current } = descent;
    if (level >= current.count) continue;
    const { labels, count } = labelsAfter(current.count, agglomerate(current, { target: level }));
    refine(current, labels, count, ROUNDS);
    descent.take(agglomerate(current, { target: level, labels }));
  }
  descent.take(agglomerate(descent.current, { target: 1 }));
}
