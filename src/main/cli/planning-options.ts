import type { Command } from 'commander';
import { cacheDirectory } from '../paths.ts';
import type { KnownContext } from '../planning/known-images.ts';
import type { CommandContext } from './command.ts';
import { collect, type NixOptions, nixPreferences } from './options.ts';

/** What a plan may be told beside the image itself. */
export interface PlanningOptions {
  readonly known?: readonly string[];
  readonly hints?: string;
}

export function addPlanningOptions(command: Command): Command {
  return command
    .option(
      '--known <image>',
      'an image that exists or is planned: graph, plan, document, image file, reference, or a directory of JSON; repeatable',
      collect,
    )
    .option('--hints <file>', 'pins, keep-together, volatile paths, and what `strata learn` found');
}

/** How known images are read: documents among them are composed as the image itself is. */
export function knownContext({ signal }: Pick<CommandContext, 'signal'>, options: NixOptions): KnownContext {
  return { compose: { cacheDirectory: cacheDirectory(), nix: nixPreferences(options), signal }, signal };
}
