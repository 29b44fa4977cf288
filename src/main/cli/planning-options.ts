import type { Command } from 'commander';
import { platformOfSystem } from '../../engine/oci/platform.ts';
import type { Layering } from '../../shared/document.ts';
import type { KnownImage } from '../../shared/known-images.ts';
import { refuseKnown } from '../../shared/plan-graph.ts';
import { readPopularityFile } from '../planning/graph-file.ts';
import { readHintsFile } from '../planning/hints-file.ts';
import { readKnownImages } from '../verbs/known-images.ts';
import type { PlanningInput } from '../verbs/plan.ts';
import type { CommandContext } from './command.ts';
import { collect, type NixOptions, preferencesFromOptions } from './options.ts';
import { accessFromOptions, type RegistryOptions } from './registry-options.ts';
import { shown } from './show-work.ts';

/** What a plan may be told beside the image itself. */
export interface PlanningOptions {
  readonly known?: readonly string[];
  readonly hints?: string;
  readonly pop?: string;
}

export function addPopularityOption(command: Command): Command {
  return command.option('--pop <file>', 'popularity counts, a JSON object from names to numbers');
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

type ReadOptions = PlanningOptions & NixOptions & RegistryOptions;

/**
 * Reads what the options name, before the image itself is composed: what cannot be read ends the command at once.
 *
 * @param layering that the image is planned with. @throws StrataError as the readers do; `usage`; Cancelled.
 */
export async function readPlanningInput(
  context: CommandContext,
  options: ReadOptions,
  layering: Layering,
  system?: string,
): Promise<PlanningInput> {
  refuseKnown(layering.strategy, options);
  const { pop } = options;
  return {
    popularity: pop === undefined ? undefined : await readPopularityFile(pop, context.signal),
    hints: options.hints === undefined ? undefined : await readHintsFile(options.hints),
    known: await readKnown(context, options.known ?? [], options, system),
  };
}

/** Reads images as `--known` names them, and tells what it is at. */
export async function readKnown(
  context: CommandContext,
  locations: readonly string[],
  options: NixOptions & RegistryOptions,
  system?: string,
): Promise<readonly KnownImage[]> {
  if (locations.length === 0) return [];
  return shown(context, (work) =>
    readKnownImages(locations, {
      ...work,
      nix: preferencesFromOptions(options),
      access: accessFromOptions(options),
      platform: system === undefined ? undefined : platformOfSystem(system),
    }),
  );
}

/** Says which names in the hints stand for no path: they may be misspelt. */
export function noteUnmatched({ terminal }: CommandContext, names: readonly string[]): void {
  if (names.length > 0)
    terminal.note(`warning: the hints name what this image does not have: ${names.join(', ')}`);
}
