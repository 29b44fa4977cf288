import { agglomerate, labelsAfter } from './agglomerate.ts';
import type { Descent } from './descent.ts';
import { refine } from './refine.ts';

/** Numbers of layers at which the greedy merges are looked at again, each time with the clusters of the level before. */
const LEVELS = [128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4];
const ROUNDS = 3;

/**
 * Merges clusters down to one by way of levels: at each, the greedy merges give layers, {@link refine} improves them,
 * and then merges are made anew within the improved layers. So every budget is a prefix of one sequence of merges, and
 * yet the layers are better than what the greedy way comes to. More than `mostLayers` are not asked for.
 */
export function mergeToOne(descent: Descent, mostLayers: number): void {
  for (const level of LEVELS) {
    const { current } = descent;
    if (level > mostLayers || level >= current.count) continue;
    const { labels, count } = labelsAfter(current.count, agglomerate(current, { target: level }));
    refine(current, labels, count, ROUNDS);
    descent.take(agglomerate(current, { target: level, labels }));
  }
  descent.take(agglomerate(descent.current, { target: 1 }));
}
