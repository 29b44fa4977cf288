import { dirname } from 'node:path';
import { Option } from 'commander';
import { storePathName } from '../../../engine/graph/closure-graph.ts';
import type { StrataDocument } from '../../../shared/document.ts';
import { StrataError } from '../../../shared/errors.ts';
import { count, formatBytes, formatDuration } from '../../../shared/format.ts';
import { assembleDocument, blobStoreDirectory, composeDocument, planDocument } from '../../build.ts';
import { EXPORT_FORMATS, type ExportFormat, exportImage, streamImage } from '../../image/export.ts';
import type { Image } from '../../image/image.ts';
import { cacheDirectory } from '../../paths.ts';
import { openBlobStore } from '../../store/blob-store.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { imageReport } from '../image-report.ts';
import { layerTable } from '../layer-table.ts';
import { showNixProgress } from '../nix-progress.ts';
import { noteSource } from '../note-source.ts';
import {
  addCompositionOptions,
  addImageOptions,
  addLayeringOptions,
  type CompositionOptions,
  documentFrom,
  type ImageOptions,
  type LayeringOptions,
  nixPreferences,
} from '../options.ts';
import { showPackProgress } from '../pack-progress.ts';

interface BuildOptions extends CompositionOptions, LayeringOptions, ImageOptions {
  readonly output: string;
  readonly format: ExportFormat;
  readonly json?: true;
}

export const addBuildCommand: AddCommand = (program, run) => {
  const command = program
    .command('build')
    .description('Compose an image and write it to a file.')
    .argument('[spec]', 'a *.strata.json document')
    .requiredOption('-o, --output <file>', 'file, or directory for oci-dir; - is standard output');
  addImageOptions(addLayeringOptions(addCompositionOptions(command)))
    .addOption(
      new Option('--format <format>', 'oci: an OCI layout and a docker-archive in one tar')
        .choices(EXPORT_FORMATS)
        .default('oci'),
    )
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

  const cache = cacheDirectory();
  const progress = showNixProgress(terminal);
  const composition = await composeDocument(document, {
    cacheDirectory: cache,
    nix: nixPreferences(options),
    baseDirectory: spec === undefined ? undefined : dirname(spec),
    signal,
    onEvent: progress.onEvent,
  }).finally(progress.finish);
  noteSource(terminal, composition);

  const { graph, popularity } = composition;
  const layers = planDocument(graph, popularity, document.layering).layers(document.layering.budget);
  const store = await openBlobStore(blobStoreDirectory(cache));
  try {
    const packing = showPackProgress(terminal, 'Packing');
    const image = await assembleDocument(document, composition, layers, {
      store,
      signal,
      onProgress: packing.onLayer,
    }).finally(packing.finish);
    noteConflicts(context, image);
    const writing = showPackProgress(terminal, toPipe ? 'Sending' : 'Writing');
    const writtenBytes = await writeImage(document, image, options, {
      store,
      signal,
      onProgress: writing.onBytes,
    }).finally(writing.finish);

    if (options.json) {
      terminal.print(JSON.stringify(imageReport(image, composition, options, writtenBytes), null, 2));
    } else {
      const print = toPipe ? terminal.note : terminal.print;
      for (const line of layerTable(image, graph, terminal.columns)) print(line);
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

function refuseMixedOutput({ output, format, json }: BuildOptions): void {
  if (output !== '-') return;
  if (format === 'oci-dir' || json) {
    throw new StrataError(
      'usage',
      `Standard output cannot hold ${json ? 'the image and its JSON' : 'a directory'}.`,
      { hint: 'Name a file with --output.' },
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

const MOST_CONFLICTS = 10;

function noteConflicts({ terminal, verbose }: CommandContext, { conflicts }: Image): void {
  const shown = verbose ? conflicts : conflicts.slice(0, MOST_CONFLICTS);
  for (const { path, kept, dropped } of shown) {
    const owners = `${kept.package} (kept) and ${dropped.package}`;
    terminal.note(`conflict: ${path} is in ${owners}: ${storePathName(dropped.file)} is not linked`);
  }
  if (conflicts.length > shown.length) {
    terminal.note(`… and ${count(conflicts.length - shown.length, 'more conflict')}; --verbose shows all`);
  }
}
