import { storePathName } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import { count, formatBytes } from '../../shared/format.ts';
import type { Closure } from '../state/closure/analysis.ts';
import { withoutVersion } from '../state/format.ts';

/** What a stratum says of itself. */
export interface LayerLabel {
  /** Names without versions, largest first, each once. */
  readonly names: readonly string[];
  /** Such as "17 paths · 25.7 MB". */
  readonly facts: string;
}

/** Labels of the layers of one closure. A plan gives the same layer object at every budget, so each is made once. */
export function layerLabels(closure: Closure): (layer: PlannedLayer) => LayerLabel {
  const known = new WeakMap<PlannedLayer, LayerLabel>();
  return (layer) => {
    let label = known.get(layer);
    if (label === undefined) {
      label = makeLabel(closure, layer);
      known.set(layer, label);
    }
    return label;
  };
}

function makeLabel({ graph, names }: Closure, layer: PlannedLayer): LayerLabel {
  const nodes = largestFirst(layer, graph.narSizes);
  const size = formatBytes(layer.sizeBytes);
  return {
    names: [...new Set(nodes.map((node) => withoutVersion(itemAt(names, node))))],
    facts: nodes.length === 1 ? size : `${count(nodes.length, 'path')} · ${size}`,
  };
}

/**
 * Names of the packages in a layer of an image, without versions, largest first, each once: what the same layer is called
 * while it is only planned.
 *
 * @param bytesOf of a store path; 0 where it is not known
 */
export function namesOfPaths(
  storePaths: readonly string[],
  bytesOf: (storePath: string) => number,
): string[] {
  const paths = storePaths.toSorted((a, b) => bytesOf(b) - bytesOf(a) || (a < b ? -1 : 1));
  return [...new Set(paths.map((path) => withoutVersion(storePathName(path))))];
}

export function largestFirst(layer: PlannedLayer, narSizes: ArrayLike<number>): number[] {
  return [...layer.nodes].sort((a, b) => itemAt(narSizes, b) - itemAt(narSizes, a) || a - b);
}

/** The first names of a layer, and how many more there are: "nginx, zlib and 3 more". */
export function nameList(names: readonly string[], most: number): string {
  const shown = names.slice(0, most);
  const rest = names.length - shown.length;
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`;
}

/**
 * As many names as fit a width, joined by dots, with the number of those left out.
 *
 * @param measure width of a text, in the unit of `width`
 */
export function fitNames(names: readonly string[], width: number, measure: (text: string) => number): string {
  const shown = Math.min(names.length, 8);
  for (let most = shown; most > 0; most--) {
    const rest = names.length - most;
    const text = names.slice(0, most).join('  ·  ') + (rest > 0 ? `   +${rest}` : '');
    if (measure(text) <= width) return text;
  }
  return fitText(names[0] ?? '', width, measure);
}

/** A text cut at the end so that it fits, with an ellipsis; empty where not even that fits. */
export function fitText(text: string, width: number, measure: (text: string) => number): string {
  if (measure(text) <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${text.slice(0, middle)}…`) <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low)}…`;
}
