import { itemAt } from '../../engine/graph/item-at.ts';
import type { Closure } from '../state/closure/analysis.ts';

/** Nodes whose name holds every word of a query: those that begin with it first, then the largest. */
export function matchPaths({ names, bySize }: Closure, query: string, most: number): number[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const first: number[] = [];
  const others: number[] = [];
  for (const node of bySize) {
    const name = itemAt(names, node).toLowerCase();
    if (!words.every((word) => name.includes(word))) continue;
    (name.startsWith(itemAt(words, 0)) ? first : others).push(node);
  }
  return [...first, ...others].slice(0, most);
}
