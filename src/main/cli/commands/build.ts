import { Option } from 'commander';
import type { BillFormat } from '../../../engine/sbom/bill.ts';
import type { StrataDocument } from '../../../shared/document.ts';
import { StrataError } from '../../../shared/errors.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../shared/export-formats.ts';
import { count, formatBytes, formatDuration } from '../../../shared/format.ts';
import type { Image } from '../../assemble/image.ts';
import { ownCacheDirectory } from '../../files/own-directory.ts';
import { exportImage, streamImage } from '../../images/export.ts';
import { billPath, writeBill } from '../../sbom/write-bill.ts';
import { openBlobStore } from '../../store/blob-store.ts';
import { blobStoreDirectory } from '../../work/build.ts';
import { billOf, billOption } from '../bill.ts';
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
import { showPackProgress } from '../pack-progress.ts';
import { addPlanningOptions, type PlanningOptions } from '../planning-options.ts';
import { addLayerCacheOptions, addRegistryOptions, type RegistryOptions } from '../registry-options.ts';

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
    .requiredOption('-o, --output <file>', 'file, or directory for oci-dir; - is standard output');
  addImageOptions(addLayeringOptions(addCompositionOptions(command)));
  addRegistryOptions(addLayerCacheOptions(addPlanningOptions(command)))
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
  const { terminal, signal } = context;
  const startedAt = performance.now();
  const document = await documentFrom(spec, options);
  const toPipe = options.output === '-';
  refuseMixedOutput(options);

  const cache = ownCacheDirectory();
  const store = await openBlobStore(blobStoreDirectory(cache));
  try {
    const built = await buildImage(context, {
      ...options,
      document,
      spec,
      cacheDirectory: cache,
      blobs: store,
    });
    const { image, composition } = built;
    const writing = showPackProgress(terminal, toPipe ? 'Sending' : 'Writing');
    const writtenBytes = await writeImage(document, image, options, {
      store,
      signal,
      onProgress: writing.onBytes,
    }).finally(writing.finish);
    for (const format of options.sbom ?? []) {
      const path = billPath(options.output, format);
      await writeBill(billOf(document, built), format, path);
      terminal.note(`Wrote ${path}`);
    }

    if (options.json) {
      terminal.print(JSON.stringify(imageReport(built, options, writtenBytes), null, 2));
    } else {
      const print = toPipe ? terminal.note : terminal.print;
      const width = toPipe ? terminal.progressColumns : terminal.columns;
      for (const line of layerTable(image, composition.graph, width)) print(line);
      terminal.note(
        `${toPipe ? 'Sent' : `Wrote ${options.output}:`} ${formatBytes(writtenBytes)}, ${count(image.layers.length, 'layer')}, ` +
          `${image.manifest.descriptor.digest}, in ${formatDuration(performance.now() - startedAt)}`,
      );
    }
  } finally {
    store.close();
  }
  return undefined;
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

function writeImage(
  document: StrataDocument,
  image: Image,
  { output, format }: BuildOptions,
  context: Pick<Parameters<typeof exportImage>[0], 'store' | 'signal' | 'onProgress'>,
): Promise<number> {
  const common = { image, name: { name: document.name, tag: document.tag }, ...context };
  if (output === '-' && format !== 'oci-dir') {
    return streamImage({ ...common, format, write: writeToPipe });
  }
  return exportImage({ ...common, format, output });
}

/** Waits where the reader is slow, so that an image never piles up in memory. */
function writeToPipe(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
