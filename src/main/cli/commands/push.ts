import { existsSync } from 'node:fs';
import type { BillFormat } from '../../../engine/sbom/bill.ts';
import { StrataError } from '../../../shared/errors.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { ownCacheDirectory } from '../../files/own-directory.ts';
import { indexImageSource } from '../../images/index-image.ts';
import { parseLocation } from '../../images/location.ts';
import { openImage } from '../../images/open-image.ts';
import { storedImageSource } from '../../images/stored-image.ts';
import type { ImageSource } from '../../oci/image-source.ts';
import { parseReference } from '../../oci/reference.ts';
import type { PushReport } from '../../registry/push.ts';
import { attachBill } from '../../sbom/write-bill.ts';
import { openBlobStore } from '../../store/blob-store.ts';
import { blobStoreDirectory } from '../../work/build.ts';
import { buildForSystems } from '../../work/build-for-systems.ts';
import { type PushedImage, pushToRegistry, rememberLayers } from '../../work/push.ts';
import { billOf, billOption } from '../bill.ts';
import { type BuiltImage, buildImage } from '../build-image.ts';
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
import { addPlanningOptions, type PlanningOptions } from '../planning-options.ts';
import {
  accessFromOptions,
  addLayerCacheOptions,
  addRegistryOptions,
  type RegistryOptions,
} from '../registry-options.ts';
import { showTransferProgress } from '../transfer-progress.ts';

interface PushOptions
  extends CompositionOptions,
    LayeringOptions,
    ImageOptions,
    RegistryOptions,
    PlanningOptions {
  readonly sbom?: readonly BillFormat[];
  readonly json?: true;
}

export const addPushCommand: AddCommand = (program, run) => {
  const command = program
    .command('push')
    .description(
      'Push an image to a registry: one that is composed now, or a file. Several --system make an index of platforms.',
    )
    .argument('<what>', 'a *.strata.json document, or an image file; with --packages, the reference')
    .argument('[reference]', 'REGISTRY/REPOSITORY[:TAG]');
  addImageOptions(addLayeringOptions(addCompositionOptions(command)));
  addRegistryOptions(addLayerCacheOptions(addPlanningOptions(command)))
    .addOption(billOption('attach a bill of materials to the image; repeatable'))
    .option('--json', 'print the result as JSON')
    .action(run(push));
};

async function push(
  context: CommandContext,
  what: string,
  target: string | undefined,
  options: PushOptions,
): Promise<undefined> {
  const { spec, reference } = whatAndWhere(what, target, options);
  // A reference that cannot be read is said before anything is built.
  parseReference(reference);
  const location = spec === undefined ? undefined : parseLocation(spec);
  if (location?.type === 'registry') {
    throw new StrataError('usage', `There is no document and no image file ${spec}.`, {
      hint: 'Name a *.strata.json document, an image file, or packages with --packages.',
    });
  }
  const result =
    location?.type === 'file'
      ? await pushFile(context, await openImage(location, {}, context.signal), reference, options)
      : await pushBuilt(context, spec, reference, options);
  report(context, result, options);
  return undefined;
}

function whatAndWhere(what: string, target: string | undefined, { packages }: PushOptions) {
  if (target !== undefined) return { spec: what, reference: target };
  if (packages !== undefined) return { spec: undefined, reference: what };
  throw new StrataError(
    'usage',
    existsSync(what) ? 'It is not said where to push.' : 'It is not said what to push.',
    {
      hint: 'strata push DOCUMENT|FILE REFERENCE, or strata push --packages a,b REFERENCE.',
    },
  );
}

async function pushFile(
  context: CommandContext,
  source: ImageSource,
  reference: string,
  options: PushOptions,
): Promise<PushReport> {
  try {
    if (options.sbom !== undefined) {
      throw new StrataError(
        'usage',
        'A bill of materials can be attached to an image that is composed now only.',
      );
    }
    if (options.known !== undefined || options.hints !== undefined) {
      throw new StrataError(
        'usage',
        'The layers of an image file are as they are: --known and --hints do nothing.',
      );
    }
    return await transfer(context, source, reference, options);
  } finally {
    await source.close();
  }
}

async function pushBuilt(
  context: CommandContext,
  spec: string | undefined,
  reference: string,
  options: PushOptions,
): Promise<PushReport> {
  const cache = ownCacheDirectory();
  const store = await openBlobStore(blobStoreDirectory(cache));
  try {
    const common = { ...options, spec, cacheDirectory: cache, blobs: store };
    const buildFor = async (system: string | undefined) => {
      const document = await documentFrom(spec, { ...options, system: system === undefined ? [] : [system] });
      return { document, built: await buildImage(context, { ...common, document }) };
    };
    const systems = options.system ?? [];
    const builds =
      systems.length === 0 ? [await buildFor(undefined)] : await buildForSystems(systems, buildFor);
    const images = builds.map(({ built }) => built.image);
    const [first] = images;
    if (first === undefined) throw new Error('Nothing was built.');
    const source = images.length === 1 ? storedImageSource(first) : indexImageSource(images);
    return await transfer(context, source, reference, options, async (pushed) => {
      for (const { document, built } of builds) {
        rememberLayers(pushed.memory, built.image);
        await attachBills(context, pushed, document, built, options.sbom ?? []);
      }
    });
  } finally {
    store.close();
  }
}

async function attachBills(
  { terminal, signal }: CommandContext,
  { transport, repository, memory }: PushedImage,
  document: Parameters<typeof billOf>[0],
  built: BuiltImage,
  formats: readonly BillFormat[],
): Promise<void> {
  const subject = built.image.manifest.descriptor;
  for (const format of formats) {
    const bill = billOf(document, built);
    const { digest } = await attachBill(transport, repository, subject, bill, format, memory, signal);
    terminal.note(`Attached the ${format} bill of materials as ${digest}.`);
  }
}

async function transfer(
  { terminal, signal }: CommandContext,
  source: ImageSource,
  reference: string,
  options: PushOptions,
  afterwards?: (pushed: PushedImage) => Promise<void>,
): Promise<PushReport> {
  const progress = showTransferProgress(terminal, 'Pushed');
  return pushToRegistry({
    source,
    reference,
    access: accessFromOptions(options),
    cacheDirectory: ownCacheDirectory(),
    signal,
    onProgress: progress.onProgress,
    ...(afterwards === undefined ? {} : { afterwards }),
  }).finally(progress.finish);
}

function report({ terminal }: CommandContext, result: PushReport, { json }: PushOptions): void {
  if (json) {
    terminal.print(JSON.stringify(result, null, 2));
    return;
  }
  const moved = result.blobs.filter(({ outcome }) => outcome === 'uploaded').length;
  terminal.print(result.reference);
  terminal.note(
    result.changed
      ? `Pushed: ${moved} of ${count(result.blobs.length, 'blob')} moved, ${formatBytes(result.movedBytes)}`
      : 'The registry had this very image already: nothing moved.',
  );
}
