import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogRecord } from '../src/main/catalog/catalog-record.ts';
import { openCatalog } from '../src/main/catalog/open-catalog.ts';
import { writeCatalog } from '../src/main/catalog/write-catalog.ts';
import { readArchive, resolveClause } from '../src/main/starter/apt/archive.ts';
import { findIndices, readIndices, readMachine } from '../src/main/starter/apt/lists.ts';

const QUERIES = [
  'python3 requests',
  'postgresql',
  'libssl',
  'web server',
  'nginx',
  'gcc 12',
  'editor for the terminal',
  'x',
  'zzzz nothing like this',
];
const ROUNDS = 5;
const BUDGET_MS = 16;

/**
 * How long a keystroke in the package search takes in the host, on all packages that this machine's apt knows: every
 * beginning of each query is searched for, as it is while somebody types.
 */
export async function bench(): Promise<void> {
  const machine = await readMachine();
  const indices = await findIndices(machine.architecture);
  if (indices.length === 0) {
    console.log('  not run: apt has no package lists here (apt-get update brings them)');
    return;
  }
  const archive = readArchive(await readIndices(indices), machine.architecture);

  const dependents = new Map<string, number>();
  for (const { dependencies } of archive.packages.values()) {
    for (const clause of dependencies) {
      const name = resolveClause(archive, clause);
      if (name !== undefined) dependents.set(name, (dependents.get(name) ?? 0) + 1);
    }
  }
  const records = [...archive.packages.values()].map(
    ({ name, version, description, section, homepage }): CatalogRecord => ({
      attribute: `${section.replace(/[^a-z]/g, '')}.${name}`,
      name,
      version,
      description,
      marks: section.startsWith('non-free') ? ['unfree'] : [],
      popularity: dependents.get(name) ?? 0,
      isSet: false,
      programs: [name],
      details: {
        outputs: ['out'],
        licences: [],
        homepage: homepage ?? null,
        mainProgram: null,
        notices: [],
      },
    }),
  );

  const directory = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  try {
    const file = join(directory, 'catalog.sqlite');
    const started = performance.now();
    await writeCatalog(file, records, { revision: 'bench', builtAt: new Date(0) });
    const builtMs = performance.now() - started;
    const catalog = openCatalog(file);
    if (catalog === undefined) throw new Error('The catalog that was written cannot be opened.');

    const keystrokes = [
      ...new Set(QUERIES.flatMap((query) => [...query].map((_, i) => query.slice(0, i + 1)))),
    ];
    const times = new Map<string, number[]>(keystrokes.map((query) => [query, []]));
    for (const query of keystrokes) catalog.search(query, 0, 50);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const query of keystrokes) {
        const begun = performance.now();
        catalog.search(query, 0, 50);
        times.get(query)?.push(performance.now() - begun);
      }
    }
    catalog.close();
    // Of each keystroke the median of its rounds: what else the machine does at a moment is not the catalog's time.
    const medians = [...times]
      .map(([query, each]) => ({ query, ms: each.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0 }))
      .sort((a, b) => a.ms - b.ms);
    const all = [...times.values()].flat().sort((a, b) => a - b);
    const slowest = medians.at(-1) ?? { query: '', ms: 0 };
    console.log(`  ${records.length} packages of this machine's apt lists`);
    console.log(`  built in ${(builtMs / 1000).toFixed(2)} s, ${(statSync(file).size / 1e6).toFixed(1)} MB`);
    console.log(
      `  ${medians.length} keystrokes, ${ROUNDS} rounds: median ${medians[medians.length >> 1]?.ms.toFixed(2)} ms, ` +
        `slowest ${slowest.ms.toFixed(2)} ms (${JSON.stringify(slowest.query)}), ` +
        `longest single time ${all.at(-1)?.toFixed(2)} ms`,
    );
    console.log(`  slowest keystroke: ${(slowest.ms / BUDGET_MS).toFixed(2)} of a frame of ${BUDGET_MS} ms`);
    if (slowest.ms > BUDGET_MS) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
