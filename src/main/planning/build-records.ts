import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import { GraphError } from '../../engine/graph/graph-error.ts';
import { readPathInfo } from '../../engine/graph/path-info.ts';
import { writeOwnFile } from '../documents/write-whole.ts';

/** So many builds of a document are kept: enough to learn from, and a few hundred kilobytes. */
const KEPT = 20;

const pathSchema = z.object({
  path: z.string(),
  narSize: z.number(),
  narHash: z.string(),
  references: z.array(z.string()),
});
const recordSchema = z.object({
  builds: z.array(z.object({ roots: z.array(z.string()), paths: z.array(pathSchema) })),
});

/**
 * Remembers the closure of a build of a document, unless it is that of the last one. Damage to the file costs no more
 * than what was remembered.
 */
export async function recordBuild(directory: string, document: string, graph: ClosureGraph): Promise<void> {
  const file = recordFile(directory, document);
  const { builds } = await readRecords(file);
  const build = {
    roots: Array.from(graph.roots, (root) => graph.paths[root]),
    paths: graph.paths.map((path, node) => ({
      path,
      narSize: graph.narSizes[node],
      narHash: graph.narHashes[node],
      references: Array.from(
        graph.references.subarray(graph.offsets[node], graph.offsets[node + 1]),
        (target) => graph.paths[target],
      ),
    })),
  };
  if (JSON.stringify(builds.at(-1)) === JSON.stringify(build)) return;
  await writeOwnFile(file, JSON.stringify({ builds: [...builds, build].slice(-KEPT) }));
}

/** The closures of past builds of a document, oldest first. */
export async function recordedBuilds(directory: string, document: string): Promise<readonly ClosureGraph[]> {
  const { builds } = await readRecords(recordFile(directory, document));
  return builds.flatMap(({ roots, paths }) => {
    try {
      return [readPathInfo(paths, { roots })];
    } catch (error) {
      if (error instanceof GraphError) return [];
      throw error;
    }
  });
}

/** @param directory Where records are kept, such as `builds` in Strata's data directory. */
function recordFile(directory: string, document: string): string {
  return join(directory, `${createHash('sha256').update(resolve(document)).digest('hex').slice(0, 32)}.json`);
}

async function readRecords(file: string): Promise<z.infer<typeof recordSchema>> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { builds: [] };
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return { builds: [] };
  }
}
