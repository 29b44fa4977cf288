import type { BudgetRules, Violation } from '../../engine/compare/budget-rules.ts';
import type { ComposeContext } from '../build.ts';
import { openMemoryIn, type RegistryAccess, transportOptions } from '../registry/access.ts';
import { parsePlatform } from '../registry/platform.ts';
import { summarizeDocument } from './assemble-document.ts';
import { brokenRules } from './check-rules.ts';
import { type Comparison, compareImages } from './compare-images.ts';

export interface CompareRequest extends Omit<ComposeContext, 'baseDirectory'> {
  /** Documents, files, directories or references. */
  readonly before: string;
  readonly after: string;
  /** Such as `linux/arm64`; that of this machine where it is left out. */
  readonly platform?: string | undefined;
  readonly access: RegistryAccess;
  readonly rules?: BudgetRules | undefined;
}

/** `strata diff`. The rules are those that the image after breaks. @throws StrataError as {@link compareImages} does. */
export async function compareLocations(
  request: CompareRequest,
): Promise<Comparison & { readonly violations: readonly Violation[] }> {
  const { before, after, platform, access, rules = {}, ...compose } = request;
  const memory = openMemoryIn(request.cacheDirectory);
  try {
    const comparison = await compareImages(before, after, {
      assemble: (path, signal) => summarizeDocument(path, { ...compose, signal }),
      memory,
      transport: transportOptions(access),
      platform: platform === undefined ? undefined : parsePlatform(platform),
      signal: request.signal,
    });
    const violations = brokenRules(rules, { image: comparison.after, diff: comparison.diff });
    return { ...comparison, violations };
  } finally {
    memory.close();
  }
}
