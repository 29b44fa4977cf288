import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { ClosureGraph, Popularity } from '../../src/engine/graph/closure-graph.ts';
import { storePathName } from '../../src/engine/graph/closure-graph.ts';
import { reachable, references, subgraph } from '../../src/engine/graph/reach.ts';
import { type BuildRecord, buildRecordSchema } from '../../src/main/host/records/build-record.ts';
import { createRecordStore } from '../../src/main/host/records/record-store.ts';
import { writeGraphMessage } from '../../src/shared/contract/graph-message.ts';
import { documentSchema, selectionSchema } from '../../src/shared/document.ts';

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

export interface SeededHost {
  /** Opens a document whose last build has the closure. */
  readonly address: string;
  close(): Promise<void>;
}

/** A real host behind the browser shell, with a build on record that has this closure. */
export async function seededHost(
  graph: ClosureGraph,
  popularity: Popularity,
  window: string,
): Promise<SeededHost> {
  const directory = await mkdtemp(join(tmpdir(), 'strata-bench-'));
  const at = (name: string) => join(directory, name);
  await mkdir(at('work'));
  await mkdir(at('data'));
  await writeFile(at('data/settings.json'), JSON.stringify({ tourDismissed: true }));
  const path = join(at('work'), 'large.strata.json');
  const document = documentSchema.parse({
    version: 1,
    name: 'large',
    source: { type: 'starter' },
    packages: ['bash'],
    layering: { strategy: 'nixery' },
  });
  await writeFile(path, JSON.stringify(document));
  const id = randomUUID();
  await createRecordStore({
    directory: at('cache/builds'),
    schema: buildRecordSchema,
    title: 'Build',
    kept: 9,
  }).put(id, { draft: randomUUID(), path }, recordOf(id, path, document, graph, popularity));

  const child = spawn(
    process.execPath,
    [
      resolve(import.meta.dirname, '../../test/e2e/browser/support/host-process.ts'),
      at('cache'),
      at('data'),
      at('work'),
      window,
      '0',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const over = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  child.stdin.write(`${path}\n`);
  const { value: address } = await lines.next();
  return {
    address: String(address),
    async close() {
      child.stdin.end();
      await over;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function recordOf(
  id: string,
  path: string,
  document: ReturnType<typeof documentSchema.parse>,
  graph: ClosureGraph,
  popularity: Popularity,
): BuildRecord {
  return buildRecordSchema.parse({
    result: {
      build: id,
      document: { draft: randomUUID(), path },
      selection: selectionSchema.strip().parse(document),
      source: document.source,
      sourceDescription: 'a cut of the Debian archive',
      sourceReason: '',
      revision: null,
      system: 'x86_64-linux',
      finishedAt: new Date().toISOString(),
      packages: [...graph.roots].map((root) => ({
        asked: storePathName(graph.paths[root]),
        attribute: storePathName(graph.paths[root]),
        name: storePathName(graph.paths[root]),
        version: '',
        storePaths: [graph.paths[root]],
      })),
      notices: [],
      storePaths: graph.size,
      closureBytes: graph.narSizes.reduce((a, b) => a + b, 0),
      built: 0,
      downloaded: 0,
    },
    graph: writeGraphMessage(id, graph, popularity),
    platform: { architecture: 'amd64', os: 'linux' },
    outputs: [],
  });
}
