import type { Totals } from './diff-images.ts';

/** What an image may be. A rule that is left out allows everything. Sizes are bytes. */
export interface BudgetRules {
  readonly maxSize?: number | undefined;
  readonly maxCompressedSize?: number | undefined;
  readonly maxLayers?: number | undefined;
  readonly maxLayerSize?: number | undefined;
  /** What a client that has the image before downloads: compressed where that is known. */
  readonly maxNewBytes?: number | undefined;
  /** The same for clients that find a layer only where all layers before it are the same. */
  readonly maxNewBytesByChain?: number | undefined;
  /** Useful part of what is shipped, from 0 to 1. */
  readonly minEfficiency?: number | undefined;
  /** Names of packages, `*` standing for any characters. */
  readonly forbiddenPackages?: readonly string[] | undefined;
}

export interface Measures extends Totals {
  /** Undefined where there is nothing to compare with. */
  readonly newBytes: number | undefined;
  readonly newBytesByChain: number | undefined;
  /** Undefined for an image that is only planned. */
  readonly efficiency: number | undefined;
  readonly packages: readonly string[];
}

/** A rule that an image breaks, or that could not be checked for want of a measure. */
export interface Violation {
  readonly rule: keyof BudgetRules;
  readonly limit: number | string;
  /** Undefined where it is not known. */
  readonly actual: number | string | undefined;
}

/** All rules that an image breaks, in the order of {@link BudgetRules}. */
export function checkBudget(rules: BudgetRules, measures: Measures): readonly Violation[] {
  const violations: Violation[] = [];
  const atMost = (rule: keyof BudgetRules, limit: number | undefined, actual: number | undefined): void => {
    if (limit !== undefined && (actual === undefined || actual > limit))
      violations.push({ rule, limit, actual });
  };
  atMost('maxSize', rules.maxSize, measures.sizeBytes);
  atMost('maxCompressedSize', rules.maxCompressedSize, measures.compressedBytes);
  atMost('maxLayers', rules.maxLayers, measures.layers);
  atMost('maxLayerSize', rules.maxLayerSize, measures.largestLayerBytes);
  atMost('maxNewBytes', rules.maxNewBytes, measures.newBytes);
  atMost('maxNewBytesByChain', rules.maxNewBytesByChain, measures.newBytesByChain);
  const { minEfficiency, forbiddenPackages = [] } = rules;
  const { efficiency } = measures;
  if (minEfficiency !== undefined && (efficiency === undefined || efficiency < minEfficiency)) {
    violations.push({ rule: 'minEfficiency', limit: minEfficiency, actual: efficiency });
  }
  for (const pattern of forbiddenPackages) {
    const found = measures.packages.filter((name) => matches(pattern, name));
    if (found.length > 0) {
      violations.push({ rule: 'forbiddenPackages', limit: pattern, actual: found.join(', ') });
    }
  }
  return violations;
}

/** Whether a name fits a pattern with `*`, without backtracking: each piece is looked for after the one before. */
function matches(pattern: string, name: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found === -1 || found + piece.length > name.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}
