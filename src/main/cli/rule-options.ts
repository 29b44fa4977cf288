import { type Command, InvalidArgumentError } from 'commander';
import type { BudgetRules } from '../../engine/compare/budget-rules.ts';
import { parseSize } from '../compare/parse-size.ts';
import { readBudgetRules } from '../compare/rules-file.ts';
import { parseCount } from './parse-count.ts';

/** Budget rules for CI; options go before the rules of a file. */
export interface RuleOptions {
  readonly rules?: string;
  readonly maxSize?: number;
  readonly maxLayers?: number;
  readonly maxNewBytes?: number;
  readonly maxNewBytesByChain?: number;
}

export function addRuleOptions(command: Command): Command {
  return command
    .option('--rules <file>', 'budget rules as JSON; exit code 1 where one is broken')
    .option('--max-size <size>', 'most bytes of all layers, uncompressed, such as 500MB', sizeOption)
    .option('--max-layers <count>', 'most layers', parseCount);
}

/** Undefined where there is no rule at all. @throws StrataError as {@link readBudgetRules} does. */
export async function rulesFrom({
  rules: file,
  maxSize,
  maxLayers,
  maxNewBytes,
  maxNewBytesByChain,
}: RuleOptions): Promise<BudgetRules | undefined> {
  const rules: BudgetRules = {
    ...(file === undefined ? {} : await readBudgetRules(file)),
    ...(maxSize === undefined ? {} : { maxSize }),
    ...(maxLayers === undefined ? {} : { maxLayers }),
    ...(maxNewBytes === undefined ? {} : { maxNewBytes }),
    ...(maxNewBytesByChain === undefined ? {} : { maxNewBytesByChain }),
  };
  return Object.keys(rules).length === 0 ? undefined : rules;
}

export function sizeOption(text: string): number {
  try {
    return parseSize(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
