import { buildImageConfig } from '../../engine/oci/build-config.ts';
import { DEFAULT_CREATED } from '../../engine/oci/created.ts';
import { hexOf } from '../../engine/oci/digest.ts';
import { startedConfig } from '../../shared/document/started-program.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import { splitImageName } from '../../shared/image-name.ts';
import type { BaseImage } from '../assemble/image.ts';
import { hasImage } from '../engines/put-image.ts';
import { newProcessName } from '../files/process-mark.ts';
import { unpackBase } from '../images/unpack-base.ts';
import { checkUser } from '../root/accounts.ts';
import { FILE_LAYERS, treeEntries } from '../root/root-tree.ts';
import { chooseEngine, refuseUnsupported, requireTerminalTools } from '../run/choose-engine.ts';
import { type ImageParts, prepareBwrap } from '../run/prepare-bwrap.ts';
import { prepareContainer } from '../run/prepare-container.ts';
import type { PreparedRun } from '../run/program.ts';
import type { Engine, RunRequest } from '../run/request.ts';
import { signalOf } from '../run/settings.ts';
import { openBlobStoreIn } from '../store/blob-store.ts';
import { obtainBase } from './base.ts';
import { checkEarly } from './check-early.ts';
import { type ComposeContext, type Composition, composeDocument } from './compose.ts';
import { documentContents, documentRoot } from './contents.ts';
import { exportPacked } from './export.ts';
import { packDocument } from './pack.ts';

export interface RunContext extends ComposeContext {
  /** What is to run it; the first that there is, where it is left out. */
  readonly engine?: Engine | undefined;
  /** Called with what Nix built. */
  readonly onComposed?: ((composition: Composition) => void) | undefined;
}

/** An image that can be started. */
export interface ReadyRun extends PreparedRun {
  readonly engine: Engine;
  /** What asks the program to end, where the configuration says. */
  readonly stopSignal: NodeJS.Signals | undefined;
}

/**
 * Composes a document's image and lays it out to be run: with bubblewrap without packing it, else in podman or docker.
 *
 * @throws StrataError as composing does; `usage` for what the engine cannot do; `run-failed` where there is none;
 *   `program-missing`, `program-unusable` where the image does not have the program; Cancelled.
 */
export async function prepareRun(
  document: StrataDocument,
  request: RunRequest,
  context: RunContext,
): Promise<ReadyRun> {
  const engine = engineFor(request, context.engine);
  await checkEarly(document, context);
  const composition = await composeDocument(document, context);
  context.onComposed?.(composition);
  return prepare(engine, document, composition, request, context);
}

/** A shell, in the order in which one is wanted. */
const SHELLS: readonly string[] = ['bin/bash', 'bin/sh'];
const SHELL_PACKAGES: readonly string[] = ['bash', 'coreutils'];

/**
 * As {@link prepareRun}, for a shell in the image: its own, else one that is added for this run alone.
 *
 * @param request whose command the shell is given as its arguments.
 */
export async function prepareShell(
  document: StrataDocument,
  request: RunRequest,
  context: RunContext,
): Promise<ReadyRun> {
  const engine = engineFor(request, context.engine);
  await checkEarly(document, context);
  const composition = await composeDocument(document, context);
  const shell = await shellOf(document, composition, context);
  if (shell !== undefined) {
    context.onComposed?.(composition);
    return prepare(engine, document, composition, { ...request, entrypoint: [shell] }, context);
  }
  const withShell = { ...document, packages: [...document.packages, ...SHELL_PACKAGES] };
  context.onEvent?.({
    type: 'note',
    text: `The image has no shell: ${SHELL_PACKAGES.join(' and ')} are added for this run.`,
  });
  return prepareRun(withShell, { ...request, entrypoint: [`/${SHELLS[0]}`] }, { ...context, engine });
}

async function shellOf(
  document: StrataDocument,
  composition: Composition,
  context: RunContext,
): Promise<string | undefined> {
  const { entries } = await documentContents(document, composition, context);
  const paths = new Set(entries.map(({ path }) => path));
  return SHELLS.flatMap((path) => [`/${path}`, `/usr/${path}`]).find((path) => paths.has(path));
}

function engineFor(request: RunRequest, asked: Engine | undefined): Engine {
  const engine = chooseEngine(asked, process.env.PATH);
  refuseUnsupported(engine, request);
  if (request.hasTerminal) requireTerminalTools(process.env.PATH);
  return engine;
}

async function prepare(
  engine: Engine,
  document: StrataDocument,
  composition: Composition,
  request: RunRequest,
  context: RunContext,
): Promise<ReadyRun> {
  const { cacheDirectory, signal } = context;
  throwIfCancelled(signal);
  const stopSignal = signalOf(document.config.StopSignal);
  if (engine !== 'bwrap') {
    const image = await putImage(engine, document, composition, context);
    const name = `strata-${newProcessName().replaceAll('.', '-')}`;
    return { engine, stopSignal, ...prepareContainer(engine, image, request, { cacheDirectory, name }) };
  }
  const store = await openBlobStoreIn(cacheDirectory);
  try {
    const base = await obtainBase(document, composition.platform, { ...context, store });
    const parts = await partsOf(document, composition, { ...context, base });
    checkUser(request.user ?? parts.config.User, parts.passwd, parts.group);
    const lower = base && {
      unpack: (directory: string, withOwners: boolean) =>
        unpackBase(base, store, { directory, withOwners, leftOut: placesOf(parts.storePaths), signal }),
    };
    const hostname = document.name.replace(/.*\//, '').replace(/[^a-z0-9-]/g, '-');
    const run = await prepareBwrap({ ...parts, base: lower }, request, {
      cacheDirectory,
      hostname,
      term: process.env.TERM,
    });
    return { engine, stopSignal: signalOf(parts.config.StopSignal), ...run };
  } finally {
    store.close();
  }
}

/** Paths as trees of images have them. */
function placesOf(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.map((path) => path.slice(1)));
}

async function partsOf(
  document: StrataDocument,
  closure: Composition,
  { base, ...context }: RunContext & { readonly base: BaseImage | undefined },
): Promise<ImageParts> {
  const { graph, storeRoot, platform } = closure;
  const { root, passwd, group, certificateFile } = await documentRoot(document, closure, context, base);
  const { config = {} } = buildImageConfig({
    platform,
    created: DEFAULT_CREATED,
    config: startedConfig(document, closure.packages).config,
    certificateFile,
    base,
    layers: [],
  });
  const entries = [undefined, ...FILE_LAYERS].flatMap((layer) => treeEntries(root, layer));
  return { storePaths: graph.paths, storeRoot, entries, passwd, group, config };
}

/** Packs the image into podman or docker, unless it is there. @returns what it is called there. */
async function putImage(
  engine: 'podman' | 'docker',
  document: StrataDocument,
  composition: Composition,
  context: RunContext,
): Promise<string> {
  const store = await openBlobStoreIn(context.cacheDirectory);
  try {
    const packed = await packDocument(document, composition, { known: [] }, { ...context, store });
    const name = `localhost/strata-run/${splitImageName(document.name).repository}`;
    const tag = hexOf(packed.image.manifest.descriptor.digest).slice(0, 16);
    const image = `${name}:${tag}`;
    if (await hasImage(engine, image)) return image;
    await exportPacked({ ...document, name, tag, tags: [] }, packed, { engine }, { ...context, store });
    return image;
  } finally {
    store.close();
  }
}
