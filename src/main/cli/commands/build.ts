import { Option } from 'commander';
import type { BillFormat } from '../../../engine/sbom/bill.ts';
import { StrataError } from '../../../shared/errors.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../shared/export-formats.ts';
import { count, formatBytes, formatDuration } from '../../../shared/format.ts';
import { checkEngine } from '../../engines/find-engines.ts';
import { formatEngineTarget, parseEngineTarget } from '../../engines/target.ts';
import { ownCacheDirectory } from '../../files/own-directory.ts';
import { openBlobStoreIn } from '../../store/blob-store.ts';
import { type ExportTarget, exportPacked } from '../../verbs/export.ts';
import { billOption } from '../bill-option.ts';
import { buildImage } from '../build-image.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { imageReport } from '../image-report.ts';
import { layerTable } from '../layer-table.ts';
import {
  addCompositionOptions,
  addImageOptions,
  addLayeringOptions,
  type CompositionOptions,
  documentFrom,
  type ImageOptions,
  type LayeringOptions,
} from '../options.ts';
import { addPlanningOptions, addPopularityOption, type PlanningOptions } from '../planning-options.ts';
import { addLayerCacheOptions, addRegistryOptions, type RegistryOptions } from '../registry-options.ts';
import { shown } from '../show-work.ts';

interface BuildOptions
  extends CompositionOptions,
    LayeringOptions,
    ImageOptions,
    RegistryOptions,
    PlanningOptions {
  readonly output: string;
  readonly format: ExportFormat;
  readonly sbom?: readonly BillFormat[];
  readonly json?: true;
}

export const addBuildCommand: AddCommand = (program, run) => {
  const command = program
    .command('build')
    .description('Compose an image and write it to a file.')
    .argument('[spec]', 'a *.strata.json document')
    .requiredOption(
      '-o, --output <file>',
      'file, or directory for oci-dir; - is standard output; docker://, podman:// or containerd://NAMESPACE',
    );
  addImageOptions(addLayeringOptions(addCompositionOptions(command)));
  addRegistryOptions(addLayerCacheOptions(addPopularityOption(addPlanningOptions(command))))
    .addOption(
      new Option('--format <format>', 'oci: an OCI layout and a docker-archive in one tar')
        .choices(EXPORT_FORMATS)
        .default('oci'),
    )
    .addOption(billOption('write a bill of materials beside the image; repeatable'))
    .option('--json', 'print the result as JSON')
    .action(run(build));
};

async function build(
  context: CommandContext,
  spec: string | undefined,
  options: BuildOptions,
): Promise<undefined> {
  const { terminal } = context;
  const startedAt = performance.now();
  const document = await documentFrom(spec, options);
  const toPipe = options.output === '-';
  const target = exportTarget(options);
  refuseMixedOutput(options);
  if ('engine' in target) await checkEngine(target, context.signal);

  const store = await openBlobStoreIn(ownCacheDirectory());
  try {
    const built = await buildImage(context, { ...options, document, spec, blobs: store });
    const { image, composition } = built;
    const { writtenBytes, billPaths, names } = await shown(
      context,
      (work) => exportPacked(document, built, target, { ...work, store }),
      { writing: 'path' in target ? 'Writing' : 'Sending' },
    );
    for (const path of billPaths) terminal.note(`Wrote ${path}`);

    if (options.json) {
      terminal.print(JSON.stringify(imageReport(built, options, writtenBytes), null, 2));
    } else {
      const print = toPipe ? terminal.note : terminal.print;
      const width = toPipe ? terminal.progressColumns : terminal.columns;
      for (const line of layerTable(image, composition.graph, width)) print(line);
      terminal.note(
        `${whereTo(target, names)} ${formatBytes(writtenBytes)}${'engine' in target ? ' sent' : ''}, ${count(image.layers.length, 'layer')}, ` +
          `${image.manifest.descriptor.digest}, in ${formatDuration(performance.now() - startedAt)}`,
      );
    }
  } finally {
    store.close();
  }
  return undefined;
}

function whereTo(target: ExportTarget, names: readonly string[]): string {
  if ('pipe' in target) return 'Sent';
  return 'path' in target
    ? `Wrote ${target.path}:`
    : `Put into ${formatEngineTarget(target)} as ${names.join(', ')}:`;
}

function refuseMixedOutput({ output, format, json, sbom }: BuildOptions): void {
  if (output !== '-') return;
  if (format === 'oci-dir' || json) {
    throw new StrataError(
      'usage',
      `Standard output cannot hold ${json ? 'the image and its JSON' : 'a directory'}.`,
      { hint: 'Name a file with --output.' },
    );
  }
  if (sbom !== undefined) {
    throw new StrataError(
      'usage',
      'A bill of materials is written beside the image, and a pipe has no side.',
      {
        hint: 'Name a file with --output.',
      },
    );
  }
  if (process.stdout.isTTY) {
    throw new StrataError('usage', 'Standard output is a terminal, and an image is no text.', {
      hint: 'Pipe it, as in `strata build … -o - | docker load`, or name a file with --output.',
    });
  }
}

function exportTarget({ output, format, sbom: bills = [] }: BuildOptions): ExportTarget {
  const engine = parseEngineTarget(output);
  if (engine !== undefined) {
    if (bills.length === 0) return engine;
    throw new StrataError(
      'usage',
      'A bill of materials is written beside the image, and an engine has no side.',
      {
        hint: 'Name a file with --output, or attach it with `strata push --sbom`.',
      },
    );
  }
  return output === '-' && format !== 'oci-dir'
    ? { pipe: writeToPipe, format }
    : { path: output, format, bills };
}

/** Waits where the reader is slow, so that an image never piles up in memory. */
function writeToPipe(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
