import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { GraphError } from '../../engine/graph/graph-error.ts';
import { readClosureGraph } from '../../engine/graph/read.ts';
import type { KnownLayer } from '../../engine/plan/set/reusable.ts';
import { StrataError } from '../../shared/errors.ts';
import { type ComposeContext, composeDocument } from '../build.ts';
import { readDocumentFile } from '../documents/document-file.ts';
import { describeImage } from '../open/describe-image.ts';
import { parseLocation } from '../open/location.ts';
import { openImage } from '../open/open-image.ts';
import type { TransportOptions } from '../registry/transport/transport.ts';
import { fileSystemError } from '../store/file-system-error.ts';

/** What is known of other images: closures that are planned along, and layers that exist and are taken over. */
export interface KnownImages {
  readonly closures: readonly ClosureGraph[];
  readonly layers: readonly KnownLayer[];
}

export interface KnownContext {
  /** To compose documents with. */
  readonly compose: ComposeContext;
  readonly transport?: TransportOptions | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads images that exist or are planned: closure graphs and plans in JSON, documents (which Nix then builds), image
 * archives and layouts, and images in a registry. A directory that is no image stands for every `.json` file in it.
 *
 * @throws StrataError that names the one that cannot be read; Cancelled.
 */
export async function readKnownImages(
  locations: readonly string[],
  context: KnownContext,
): Promise<KnownImages> {
  const closures: ClosureGraph[] = [];
  const layers: KnownLayer[] = [];
  for (const location of locations) {
    for (const known of await readLocation(location, context)) {
      closures.push(...known.closures);
      layers.push(...known.layers);
    }
  }
  return { closures, layers };
}

async function readLocation(location: string, context: KnownContext): Promise<readonly KnownImages[]> {
  if (location.endsWith('.strata.json')) return [await readDocument(location, context)];
  if (location.endsWith('.json')) return [await readJson(location)];
  if (await isDirectoryOfJson(location)) {
    const files = (await readdir(location)).filter((file) => file.endsWith('.json')).sort();
    if (files.length === 0) {
      throw new StrataError('usage', `${location} holds neither an image nor closure graphs in .json files.`);
    }
    const known: KnownImages[] = [];
    for (const file of files) known.push(...(await readLocation(join(location, file), context)));
    return known;
  }
  return [await readImageLayers(location, context)];
}

async function isDirectoryOfJson(location: string): Promise<boolean> {
  const found = await stat(location).catch(() => undefined);
  if (!found?.isDirectory()) return false;
  const files = await readdir(location);
  return !files.includes('oci-layout') && !files.includes('manifest.json');
}

async function readDocument(location: string, { compose, signal }: KnownContext): Promise<KnownImages> {
  const { document } = await readDocumentFile(location);
  const { graph } = await composeDocument(document, { ...compose, signal });
  return { closures: [graph], layers: [] };
}

const layersSchema = z.array(z.object({ contents: z.array(z.string()) }));
const planSchema = z.union([layersSchema, z.object({ layers: layersSchema })]);

/** A closure graph in any of Nix's shapes, or a plan as `strata plan --out` and `strata group-layers` write it. */
async function readJson(location: string): Promise<KnownImages> {
  const text = await readFile(location, 'utf8').catch((error: unknown) => {
    throw fileSystemError(error, 'read', location);
  });
  try {
    const value: unknown = JSON.parse(text);
    const plan = planSchema.safeParse(value);
    if (!plan.success) return { closures: [readClosureGraph(value)], layers: [] };
    const planned = Array.isArray(plan.data) ? plan.data : plan.data.layers;
    return { closures: [], layers: planned.map(({ contents }) => contents) };
  } catch (error) {
    if (!(error instanceof GraphError) && !(error instanceof SyntaxError)) throw error;
    throw new StrataError('invalid-graph', `${location}: ${error.message}`, { cause: error });
  }
}

/** Layers that hold nothing but store paths: another image can only take over such. */
async function readImageLayers(location: string, { transport, signal }: KnownContext): Promise<KnownImages> {
  const parsed = parseLocation(location);
  if (parsed.type === 'document') throw new StrataError('usage', `${location} is no image.`);
  const source = await openImage(parsed, transport, signal);
  try {
    const { layers } = await describeImage(source, { signal });
    const stores = layers.filter(({ entries }) =>
      entries.every(({ path }) => path === 'nix' || path === 'nix/store' || path.startsWith('nix/store/')),
    );
    return { closures: [], layers: stores.map(({ storePaths }) => storePaths.map(({ path }) => path)) };
  } finally {
    await source.close();
  }
}
