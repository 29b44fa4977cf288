import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { GraphError } from '../../engine/graph/graph-error.ts';
import { readClosureGraph } from '../../engine/graph/read.ts';
import { isMadeByStrata, layerEntriesOf } from '../../engine/oci/history.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { ExistingImage, ExistingLayer, KnownImage, PlannedImage } from '../../shared/known-images.ts';
import { planOptions } from '../../shared/plan-options.ts';
import { readDocumentFile } from '../documents/document-file.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { readUserText } from '../files/user-file.ts';
import { type ImageLocation, parseLocation } from '../images/location.ts';
import { readImage } from '../oci/read-image.ts';
import { type ComposeContext, composeDocument } from './compose.ts';
import { readableLocation } from './open.ts';
import { type AllowDocument, type ReadContext, readSummary } from './summarize.ts';

export interface KnownContext extends ReadContext, Omit<ComposeContext, 'file' | 'baseDirectory'> {
  /** Asked of each document before anything of it is evaluated. */
  readonly allowDocument?: AllowDocument | undefined;
  /** Asked of each file that a directory holds: the path to read in its place. */
  readonly allowFile?: ((path: string) => Promise<string>) | undefined;
}

/**
 * Reads images that exist or are planned: closure graphs and plans in JSON, documents (which Nix then builds), image
 * archives and layouts, and images in a registry. A directory that is no image stands for the `.json` files in it, but
 * for hints files.
 *
 * @throws StrataError that names the one that cannot be read; Cancelled.
 */
export async function readKnownImages(
  locations: readonly string[],
  context: KnownContext,
): Promise<readonly KnownImage[]> {
  const { signal, onEvent, allowFile = async (path) => path } = context;
  const names: string[] = [];
  for (const location of locations) {
    for (const name of await imagesAt(location)) names.push(name === location ? name : await allowFile(name));
  }
  const images: KnownImage[] = [];
  for (const [done, name] of names.entries()) {
    throwIfCancelled(signal);
    onEvent?.({ type: 'image', name, done, total: names.length });
    images.push(await readKnownImage(name, context));
  }
  return images;
}

/** The names of the images that a location stands for: itself, or the files of a directory that is no image. */
async function imagesAt(location: string): Promise<readonly string[]> {
  if (location === '') {
    throw new StrataError('usage', 'A known image is without a name.', {
      hint: 'Name a graph, plan, document, image file or reference.',
    });
  }
  const found = await stat(location).catch(() => undefined);
  if (!found?.isDirectory()) return [location];
  const files = await readdir(location).catch((error: unknown) => {
    throw fileSystemError(error, 'read', location);
  });
  if (files.includes('oci-layout') || files.includes('manifest.json')) return [location];
  const images = files.filter((file) => file.endsWith('.json') && !file.endsWith('.hints.json')).sort();
  if (images.length > 0) return images.map((file) => join(location, file));
  throw new StrataError('usage', `${location} holds neither an image nor .json files that could be known.`, {
    action: { action: 'set-option', option: 'known' },
  });
}

async function readKnownImage(name: string, context: KnownContext): Promise<KnownImage> {
  if (name.endsWith('.strata.json')) return readDocument(name, context);
  if (name.endsWith('.json')) return readJson(name);
  return readImageLayers(name, parseLocation(name), context);
}

async function readDocument(file: string, context: KnownContext): Promise<PlannedImage> {
  const { allowDocument = async (document) => document } = context;
  const { document } = await readDocumentFile(file);
  const selection = await allowDocument(document, file);
  const { graph } = await composeDocument(selection, {
    ...context,
    file,
    baseDirectory: dirname(file),
  });
  const { hints } = planOptions(document.layering);
  return { type: 'planned', name: file, graph, budget: document.layering.budget, hints };
}

const layerSchema = z.object({
  contents: z.array(z.string()),
  /** In the plan of a set: which of its images have the layer. */
  images: z.array(z.int()).optional(),
});
const layersSchema = z.array(layerSchema);
const planSchema = z.union([layersSchema, z.object({ layers: layersSchema })]);

/** What one string holds. */
const MOST_JSON_BYTES = 2 ** 29 - 24;

/** A closure graph in any of Nix's shapes, or a plan as `plan`, `plan-set` and `group-layers` write it. */
async function readJson(name: string): Promise<KnownImage> {
  const text = await readUserText(name, { mostBytes: MOST_JSON_BYTES });
  try {
    const value: unknown = JSON.parse(text);
    const plan = planSchema.safeParse(value);
    if (!plan.success) return { type: 'planned', name, graph: readClosureGraph(value) };
    const planned = Array.isArray(plan.data) ? plan.data : plan.data.layers;
    const layers = planned.flatMap(({ contents, images = [0] }) =>
      images.map((): ExistingLayer => ({ paths: contents })),
    );
    return { type: 'existing', name, layers, packedElsewhere: 0 };
  } catch (error) {
    if (!(error instanceof GraphError) && !(error instanceof SyntaxError)) throw error;
    throw new StrataError(
      'invalid-graph',
      `${name} is neither a closure graph nor a plan: ${error.message}`,
      {
        hint: 'Closure graphs come from `nix path-info --json -r PATH`, plans from `strata plan --out FILE`.',
        cause: error,
      },
    );
  }
}

/**
 * Reads which layers of store paths an archive, a layout or an image in a registry has. A layer that is to be taken over
 * must come out of the packer with the same bytes, so those of other programs are only counted.
 *
 * @param location what the name says. @throws StrataError as opening and reading do, with the image's name; Cancelled.
 */
export async function readImageLayers(
  name: string,
  location: ImageLocation,
  context: ReadContext,
): Promise<ExistingImage> {
  const readable = readableLocation(location, name);
  return readSummary(readable, context, async ({ source, memory, platform, summary }) => {
    const { config } = await readImage(source, platform, context.signal);
    const entries = layerEntriesOf(config);
    const layers: ExistingLayer[] = [];
    let packedElsewhere = 0;
    summary.layers.forEach(({ storePaths, digest, diffId, compressedBytes }, index) => {
      // A push to the same registry then links the blob instead of moving it.
      if (readable.type === 'registry' && digest !== undefined) {
        const { registry, repository } = readable.reference;
        memory.rememberBlob(registry, repository, digest);
      }
      if (storePaths.length === 0) return;
      if (isMadeByStrata(entries[index] ?? {}))
        layers.push({ paths: storePaths, digest, diffId, compressedBytes });
      else packedElsewhere++;
    });
    return { type: 'existing', name, layers, packedElsewhere };
  });
}
