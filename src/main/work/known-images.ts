import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { GraphError } from '../../engine/graph/graph-error.ts';
import { readClosureGraph } from '../../engine/graph/read.ts';
import type { Selection, StrataDocument } from '../../shared/document.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import type { ExistingLayer, KnownImage, PlannedImage } from '../../shared/known-images.ts';
import { planOptions } from '../../shared/plan-options.ts';
import { readDocumentFile } from '../documents/document-file.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { readUserText } from '../files/user-file.ts';
import { type ComposeContext, composeDocument } from './build.ts';
import { type ReadLayersContext, readImageLayers } from './existing-layers.ts';

export interface KnownContext extends Omit<ReadLayersContext, 'cacheDirectory'> {
  /** To compose documents with. */
  readonly compose: Omit<ComposeContext, 'baseDirectory' | 'signal'>;
  /** Called with the name of each image before it is read: documents are built, and layers downloaded. */
  readonly onRead?: ((name: string) => void) | undefined;
  /**
   * Asked of each document before anything of it is evaluated, with the file that it is in. It gives the selection to
   * build, or throws.
   */
  readonly allowDocument?: ((document: StrataDocument, name: string) => Promise<Selection>) | undefined;
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
  const images: KnownImage[] = [];
  for (const location of locations) {
    for (const name of await imagesAt(location)) {
      images.push(await readKnownImage(name, context));
    }
  }
  return images;
}

/** The names of the images that a location stands for: itself, or the files of a directory that is no image. */
export async function imagesAt(location: string): Promise<readonly string[]> {
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
    hint: 'Name image archives one by one, each with its own --known.',
  });
}

/** Reads one image, as {@link readKnownImages} does. */
export async function readKnownImage(name: string, context: KnownContext): Promise<KnownImage> {
  throwIfCancelled(context.signal);
  context.onRead?.(name);
  if (name.endsWith('.strata.json')) return readDocument(name, context);
  if (name.endsWith('.json')) return readJson(name);
  return readImageLayers(name, { ...context, cacheDirectory: context.compose.cacheDirectory });
}

async function readDocument(name: string, context: KnownContext): Promise<PlannedImage> {
  const { compose, signal, allowDocument } = context;
  const { document } = await readDocumentFile(name);
  const selection = allowDocument === undefined ? document : await allowDocument(document, name);
  const { graph } = await composeDocument(selection, { ...compose, baseDirectory: dirname(name), signal });
  const { hints } = planOptions(document.layering);
  return { type: 'planned', name, graph, budget: document.layering.budget, hints };
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
    return { type: 'existing', name, layers, foreignLayers: 0 };
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
