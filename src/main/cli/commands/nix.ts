import { Option } from 'commander';
import { NIX_EXPRESSIONS, type NixExpressionKind } from '../../../shared/nix-expression.ts';
import { copyAsNix } from '../../verbs/copy-as-nix.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import {
  addCompositionOptions,
  addImageOptions,
  addLayeringOptions,
  type CompositionOptions,
  documentFrom,
  type ImageOptions,
  type LayeringOptions,
} from '../options.ts';
import { placeOfSpec } from '../source-options.ts';

interface NixOptions extends CompositionOptions, LayeringOptions, ImageOptions {
  readonly for: NixExpressionKind;
}

export const addNixCommand: AddCommand = (program, run) => {
  const command = program
    .command('nix')
    .description('Print the image as a Nix expression for dockerTools.streamLayeredImage or nix2container.')
    .argument('[spec]', 'a *.strata.json document');
  addImageOptions(addLayeringOptions(addCompositionOptions(command)))
    .addOption(
      new Option('--for <tool>', 'what the expression is for')
        .choices(NIX_EXPRESSIONS)
        .default('dockerTools'),
    )
    .action(run(nix));
};

async function nix(
  { terminal }: CommandContext,
  spec: string | undefined,
  options: NixOptions,
): Promise<undefined> {
  const document = await documentFrom(spec, options);
  terminal.print((await copyAsNix(document, options.for, placeOfSpec(spec, options))).trimEnd());
  return undefined;
}
