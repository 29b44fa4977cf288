import { z } from 'zod';
import type { BudgetRules } from '../../engine/compare/budget-rules.ts';
import { StrataError } from '../../shared/errors.ts';
import { BY_CHAIN, BY_DIGEST } from '../../shared/stores.ts';
import { readUserText } from '../files/user-file.ts';
import { parseSize } from './parse-size.ts';

const sizeSchema = z
  .union([z.int().min(0), z.string()])
  .transform((value, context) => {
    if (typeof value === 'number') return value;
    try {
      return parseSize(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  })
  .describe('Bytes, or text such as "500MB" and "1.5GiB".');

/** A file of rules for `strata diff` and `strata open`, such as `{"maxSize": "500MB", "maxLayers": 40}`. */
const budgetRulesSchema = z.strictObject({
  $schema: z.string().optional(),
  maxSize: sizeSchema.optional().describe('All layers, uncompressed.'),
  maxCompressedSize: sizeSchema.optional().describe('All layers as they are downloaded.'),
  maxLayers: z.int().min(0).optional(),
  maxLayerSize: sizeSchema.optional().describe('The largest layer, uncompressed.'),
  maxNewBytes: sizeSchema
    .optional()
    .describe(`What a client that has the image before downloads (${BY_DIGEST}).`),
  maxNewBytesByChain: sizeSchema.optional().describe(`The same for ${BY_CHAIN}.`),
  minEfficiency: z.number().min(0).max(1).optional().describe('Useful part of what is shipped.'),
  forbiddenPackages: z.array(z.string().min(1)).optional().describe('Names; * stands for any characters.'),
});

/** @throws StrataError `file-system`, or `usage` with the place of the first mistake. */
export async function readBudgetRules(path: string): Promise<BudgetRules> {
  const text = await readUserText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new StrataError('usage', `${path} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  const parsed = budgetRulesSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.join('.');
    throw new StrataError('usage', `${path}: ${place ? `${place}: ` : ''}${issue?.message}`, {
      hint: `The rules are ${Object.keys(budgetRulesSchema.shape).slice(1).join(', ')}.`,
    });
  }
  const { $schema: _, ...rules } = parsed.data;
  return rules;
}
