import { Option } from 'commander';
import { StrataError } from '../../../shared/errors.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../shared/export-formats.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { parsePlatform } from '../../oci/platform.ts';
import { pullToFile } from '../../verbs/pull.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { accessFromOptions, addRegistryOptions, type RegistryOptions } from '../registry-options.ts';
import { shown } from '../show-work.ts';

interface PullOptions extends RegistryOptions {
  readonly output: string;
  readonly format: ExportFormat;
  readonly platform?: string;
  readonly json?: true;
}

export const addPullCommand: AddCommand = (program, run) => {
  const command = program
    .command('pull')
    .description('Fetch an image from a registry, check every digest, and write it to a file.')
    .argument('<reference>', 'REGISTRY/REPOSITORY[:TAG][@DIGEST]')
    .requiredOption('-o, --output <file>', 'file, or directory for oci-dir')
    .addOption(new Option('--format <format>').choices(EXPORT_FORMATS).default('oci'))
    .option('--platform <os/architecture>', "of an index; this machine's where it is left out");
  addRegistryOptions(command).option('--json', 'print the result as JSON').action(run(pull));
};

async function pull(context: CommandContext, reference: string, options: PullOptions): Promise<undefined> {
  const { terminal } = context;
  const { output, format, platform } = options;
  if (output === '-') {
    throw new StrataError('usage', 'An image is fetched into a file, not to standard output.', {
      hint: 'Name a file with --output.',
    });
  }
  const result = await shown(
    context,
    (work) =>
      pullToFile({
        ...work,
        reference,
        output,
        format,
        platform: platform === undefined ? undefined : parsePlatform(platform),
        access: accessFromOptions(options),
      }),
    { moved: 'Fetched' },
  );
  if (options.json) terminal.print(JSON.stringify({ output, format, ...result }, null, 2));
  terminal.note(
    `Wrote ${output}: ${formatBytes(result.writtenBytes)}, ${count(result.layers, 'layer')}, ` +
      `${result.manifestDigest}; ${formatBytes(result.movedBytes)} fetched`,
  );
  return undefined;
}
