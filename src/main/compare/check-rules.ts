import { type BudgetRules, checkBudget, type Violation } from '../../engine/compare/budget-rules.ts';
import { type ImageDiff, totals } from '../../engine/compare/diff-images.ts';
import type { ImageSummary } from '../../engine/compare/image-summary.ts';
import { parsePackageName } from '../../engine/compare/package-name.ts';
import { storePathName } from '../../engine/graph/closure-graph.ts';
import { StrataError } from '../../shared/errors.ts';
import { count, formatBytes } from '../../shared/format.ts';
import { BY_CHAIN, BY_DIGEST } from '../../shared/stores.ts';

export interface RuleSubject {
  readonly image: ImageSummary;
  /** Against the image before, where there is one. */
  readonly diff?: ImageDiff | undefined;
  /** Where the image was read from end to end. */
  readonly efficiency?: number | undefined;
}

/** All rules that an image breaks. */
export function brokenRules(
  rules: BudgetRules,
  { image, diff, efficiency }: RuleSubject,
): readonly Violation[] {
  const paths = image.layers.flatMap(({ storePaths }) => storePaths);
  const packages = new Set(paths.map((path) => parsePackageName(storePathName(path)).name));
  return checkBudget(rules, {
    ...totals(image.layers),
    newBytes: diff?.download.compressedBytes ?? diff?.download.sizeBytes,
    newBytesByChain: diff?.downloadByChain.compressedBytes ?? diff?.downloadByChain.sizeBytes,
    efficiency,
    packages: [...packages].sort(),
  });
}

/** @throws StrataError `check-failed` with one sentence a broken rule, where there is any. */
export function requireRules(rules: BudgetRules, subject: RuleSubject): void {
  const violations = brokenRules(rules, subject);
  if (violations.length === 0) return;
  throw new StrataError('check-failed', violations.map(sentence).join(' '), {
    hint: 'Change the image, or the rules that it has to keep.',
    details: { violations },
  });
}

function sentence({ rule, limit, actual }: Violation): string {
  switch (rule) {
    case 'maxSize':
      return `The image has ${bytes(actual)}; ${bytes(limit)} are allowed.`;
    case 'maxCompressedSize':
      return `The image has ${bytes(actual)} compressed; ${bytes(limit)} are allowed.`;
    case 'maxLayers':
      return `The image has ${count(Number(actual), 'layer')}; ${limit} are allowed.`;
    case 'maxLayerSize':
      return `The largest layer has ${bytes(actual)}; ${bytes(limit)} are allowed.`;
    case 'maxNewBytes':
      return actual === undefined
        ? 'There is no image before to count new bytes against.'
        : `A client downloads ${bytes(actual)} (${BY_DIGEST}); ${bytes(limit)} are allowed.`;
    case 'maxNewBytesByChain':
      return actual === undefined
        ? 'There is no image before to count new bytes against.'
        : `A client downloads ${bytes(actual)} (${BY_CHAIN}); ${bytes(limit)} are allowed.`;
    case 'minEfficiency':
      return `The efficiency is ${percent(actual)}; it has to be at least ${percent(limit)}.`;
    case 'forbiddenPackages':
      return `The image has ${actual}, which ${limit} forbids.`;
    default:
      return rule satisfies never;
  }
}

function bytes(value: number | string | undefined): string {
  return typeof value === 'number' ? formatBytes(value) : 'an unknown size';
}

function percent(value: number | string | undefined): string {
  return typeof value === 'number' ? `${(value * 100).toFixed(1)} %` : 'unknown';
}
