import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type ClosureGraph, pathsAt } from '../../engine/graph/closure-graph.ts';
import { GraphError } from '../../engine/graph/graph-error.ts';
import { readPathInfo } from '../../engine/graph/path-info.ts';
import { readOwnJson } from '../files/own-json.ts';
import { writeOwnFile } from '../files/write-whole.ts';

/** So many builds of a document for a system are kept: enough to learn from, and a few hundred kilobytes. */
const KEPT = 20;

const pathSchema = z.object({
  path: z.string(),
  narSize: z.number(),
  narHash: z.string(),
  references: z.array(z.string()),
});
const recordSchema = z.object({
  builds: z.array(z.object({ system: z.string(), roots: z.array(z.string()), paths: z.array(pathSchema) })),
});

export interface BuiltClosure {
  /** Nix's name of what it was built for: paths of two systems are no versions of each other. */
  readonly system: string;
  readonly graph: ClosureGraph;
}

/**
 * Remembers the closure of a build of a document, unless it is that of the last one. Damage to the file costs no more
 * than what was remembered.
 *
 * @param directory where records are kept: `buildRecordsDirectory` @throws StrataError `file-system` or `disk-full`
 */
export async function recordBuild(
  directory: string,
  document: string,
  { system, graph }: BuiltClosure,
): Promise<void> {
  const file = recordFile(directory, document);
  const { builds } = readRecords(file);
  const own = builds.filter((build) => build.system === system);
  const build = {
    system,
    roots: pathsAt(graph, graph.roots),
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
  if (JSON.stringify(own.at(-1)) === JSON.stringify(build)) return;
  const others = builds.filter((each) => each.system !== system);
  await writeOwnFile(file, JSON.stringify({ builds: [...others, ...[...own, build].slice(-KEPT)] }));
}

/** The closures of past builds of a document, a list for each system, oldest first; that of the last build is last. */
export async function recordedBuilds(
  directory: string,
  document: string,
): Promise<readonly (readonly ClosureGraph[])[]> {
  const { builds } = readRecords(recordFile(directory, document));
  const histories = new Map<string, ClosureGraph[]>();
  for (const { system, roots, paths } of builds) {
    const history = histories.get(system) ?? [];
    histories.set(system, history);
    try {
      history.push(readPathInfo(paths, { roots }));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
    }
  }
  return [...histories.values()];
}

function recordFile(directory: string, document: string): string {
  return join(directory, `${createHash('sha256').update(resolve(document)).digest('hex').slice(0, 32)}.json`);
}

function readRecords(file: string): z.infer<typeof recordSchema> {
  return readOwnJson(file, recordSchema) ?? { builds: [] };
}
