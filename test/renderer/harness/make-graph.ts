/**
 * Makes graph messages for the harness.
 *
 *     node make-graph.ts CASE.json > graph.json          the closure of a grouping case
 *     node make-graph.ts --cut 2000 GRAPH.json.gz > …     closures of roots of a large graph, up to so many paths
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ClosureGraph, Popularity } from '../../../src/engine/graph/closure-graph.ts';
import { reachable, references, subgraph } from '../../../src/engine/graph/reach.ts';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import type { GraphMessage } from '../../../src/shared/contract/builds.ts';
import { writeGraphMessage } from '../../../src/shared/graph-message.ts';

interface GraphFile {
  readonly attrs?: unknown;
  readonly graph?: unknown;
  readonly popularity: Popularity;
}

/** Adds roots with large closures until the closure holds at least `paths` paths. */
export function cutClosure(graph: ClosureGraph, paths: number): ClosureGraph {
  const bySize = Uint32Array.from({ length: graph.size }, (_, node) => node).sort(
    (a, b) => graph.closureSizes[b] - graph.closureSizes[a] || a - b,
  );
  const roots: number[] = [];
  // Far apart in the order of closure size, so that the roots are not versions of one program.
  for (let at = 200; at < bySize.length; at += 211) {
    roots.push(bySize[at]);
    if (reachable(references(graph), Uint32Array.from(roots)).length >= paths) break;
  }
  return subgraph(graph, Uint32Array.from(roots));
}

export function graphMessageOf(file: string, cut?: number): GraphMessage {
  const bytes = readFileSync(file);
  const data = JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as GraphFile;
  const whole = readStructuredAttrs(JSON.stringify(data.attrs ?? { graph: data.graph }));
  return writeGraphMessage('harness', cut === undefined ? whole : cutClosure(whole, cut), data.popularity);
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  const cut = args[0] === '--cut' ? Number(args[1]) : undefined;
  process.stdout.write(JSON.stringify(graphMessageOf(args.at(-1) ?? '', cut)));
}
