import { existsSync } from 'node:fs';
import type { BillFormat } from '../../../engine/sbom/bill.ts';
import { StrataError } from '../../../shared/errors.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { ownCacheDirectory } from '../../files/own-directory.ts';
import { type ImageLocation, parseLocation } from '../../images/location.ts';
import { openImage } from '../../images/open-image.ts';
import { parseReference } from '../../oci/reference.ts';
import type { PushReport } from '../../registry/push.ts';
import { openBlobStoreIn } from '../../store/blob-store.ts';
import { type PackedDocument, pushPacked, pushSource } from '../../verbs/push.ts';
import { billOption } from '../bill-option.ts';
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
import { addPlanningOptions, addPopularityOption, type PlanningOptions } from '../planning-options.ts';
import {
  accessFromOptions,
  addLayerCacheOptions,
  addRegistryOptions,
  type RegistryOptions,
} from '../registry-options.ts';
import { shown } from '../show-work.ts';

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
  addRegistryOptions(addLayerCacheOptions(addPopularityOption(addPlanningOptions(command))))
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
      ? await pushFile(context, location, reference, options)
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

/** Pushes an image file as it is. */
async function pushFile(
  context: CommandContext,
  location: Extract<ImageLocation, { readonly type: 'file' }>,
  reference: string,
  options: PushOptions,
): Promise<PushReport> {
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
  const source = await openImage(location, {}, context.signal);
  try {
    const access = accessFromOptions(options);
    return await shown(context, (work) =>
      pushSource({ ...work, source, reference, tags: options.tag, access }),
    );
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
  // An image file is pushed without all that builds one.
  const [{ buildImage }, { buildForSystems }] = await Promise.all([
    import('../build-image.ts'),
    import('../../verbs/build-for-systems.ts'),
  ]);
  const store = await openBlobStoreIn(ownCacheDirectory());
  try {
    const buildFor = async (system: string | undefined): Promise<PackedDocument> => {
      const document = await documentFrom(spec, { ...options, system: system === undefined ? [] : [system] });
      return { document, packed: await buildImage(context, { ...options, document, spec, blobs: store }) };
    };
    const systems = options.system ?? [];
    const [first, ...others] =
      systems.length === 0 ? [await buildFor(undefined)] : await buildForSystems(systems, buildFor);
    if (first === undefined) throw new Error('Nothing was built.');
    const access = accessFromOptions(options);
    const bills = options.sbom ?? [];
    return await shown(context, (work) =>
      pushPacked([first, ...others], { ...work, reference, tags: options.tag, access, bills }),
    );
  } finally {
    store.close();
  }
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
      ? `Pushed as ${result.tags.join(', ')}: ${moved} of ${count(result.blobs.length, 'blob')} moved, ${formatBytes(result.movedBytes)}`
      : 'The registry had this very image already: nothing moved.',
  );
}
