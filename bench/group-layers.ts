import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { build } from 'vite';
import { planGroupLayers } from '../src/engine/strategies/group-layers.ts';

const root = resolve(import.meta.dirname, '..');
const DATA = resolve(root, '../shared/data/debian-bookworm.graph.json.gz');
const RUNS = 11;
const BUDGET = 94;
const MOST_LAYERS = 125;

/**
 * `strata group-layers` on a graph of 63,436 paths and 264,191 references, as a whole process, beside what the same Node
 * takes to read and JSON.parse the file: at most three times as long. Then the time of another budget, with the paths of every layer, under 1 ms.
 */
export async function bench(): Promise<void> {
  if (!existsSync(DATA)) {
    console.log(`  skipped: ${DATA} is not there`);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  try {
    const graph = join(directory, 'graph.json');
    writeFileSync(graph, gunzipSync(readFileSync(DATA)));
    const program = await bundle(join(directory, 'program'));
    compareProcesses(program, graph, join(directory, 'layers.json'));
    timeBudgets(readFileSync(graph));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The command line as it is shipped, from the sources as they are, and away from `out`, which may be in use. */
async function bundle(outDir: string): Promise<string> {
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: { ssr: 'src/main/cli.ts', outDir, minify: false, sourcemap: true, target: 'node24' },
  });
  return join(outDir, 'cli.js');
}

type CommandLine = readonly [program: string, ...rest: string[]];

function compareProcesses(program: string, graph: string, out: string): void {
  const parse = 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))';
  const options = ['group-layers', '--graph', graph, '--budget', String(BUDGET), '--out', out];
  const node = [process.execPath, '--enable-source-maps', '--disable-warning=ExperimentalWarning'] as const;
  const commands: (readonly [what: string, command: CommandLine])[] = [
    ['node: read and JSON.parse', [process.execPath, '-e', parse, graph]],
    ['node cli.js --version', [...node, program, '--version']],
    ['node cli.js group-layers', [...node, program, ...options]],
  ];
  if (isSetUp()) commands.push(['./strata group-layers', [join(root, 'strata'), ...options]]);
  else console.log('  ./strata is not set up, so it is left out');

  // By turns, so that whatever else the machine does slows all of them down.
  const times = commands.map((): number[] => []);
  for (const [, command] of commands) must(command);
  for (let run = 0; run < RUNS; run++) {
    for (const [index, [, command]] of commands.entries()) times[index].push(timed(() => must(command)));
  }
  const medians = times.map(median);
  for (const [index, [what]] of commands.entries()) {
    const ratio = medians[index] / medians[0];
    console.log(`  ${what.padEnd(26)} ${medians[index].toFixed(0).padStart(5)} ms  ${ratio.toFixed(2)} x`);
  }
}

/** Whether the launcher would start the program at once. A benchmark installs nothing and leaves `out` alone. */
function isSetUp(): boolean {
  const stamp = join(root, 'node_modules/.strata-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(stamp) || !readFileSync(stamp, 'utf8').startsWith(lock)) return false;
  const built = join(root, 'out/.built');
  if (!existsSync(built)) return false;
  const { mtimeMs } = statSync(built);
  const sources = globSync(['src/**/*', 'nix/**/*', 'electron.vite.config.ts', 'package-lock.json'], {
    cwd: root,
  });
  return sources.every((file) => statSync(join(root, file)).mtimeMs <= mtimeMs);
}

function timeBudgets(graph: Uint8Array): void {
  const plan = planGroupLayers(graph);
  const look = (budget: number) => {
    for (const { nodes } of plan.layers(budget)) if (nodes.length === 0) throw new Error('an empty layer');
  };
  const times = Array.from({ length: MOST_LAYERS }, (_, index) => timed(() => look(index + 1)));
  const [first, ...others] = times;
  console.log(`  layers of a first budget   ${first.toFixed(3)} ms`);
  console.log(
    `  another, from 2 to ${MOST_LAYERS}     ${median(others).toFixed(3)} ms, at most ${Math.max(...others).toFixed(3)} ms`,
  );
}

function must([program, ...rest]: CommandLine): void {
  const { status, error } = spawnSync(program, rest, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${rest.join(' ')} ended with ${status}`);
}

function timed(action: () => unknown): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
