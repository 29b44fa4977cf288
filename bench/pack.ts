import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { build } from 'vite';
import { takeSample, toLayers } from './pack/sample.ts';

/**
 * Packing against the usual tools on the same machine, in the same run, with the same data: from an empty cache to an
 * image whose layers are on disk (hashed twice, synced, indexed), against `tar | pigz` and `tar | zstd -T0` into plain
 * files. The targets are for the same layers, one after the other. All paths as one stream, which no image could be made
 * of, shows what the tools do at their best. The program is bundled as it ships.
 */
const ROUNDS = 5;

interface Rival {
  readonly type: 'gzip' | 'zstd';
  readonly tool: string;
  readonly target: number;
}

const RIVALS: readonly Rival[] = [
  { type: 'gzip', tool: 'pigz -6', target: 1.3 },
  { type: 'zstd', tool: 'zstd -q -3 -T0', target: 1 },
];

const MEMORY_TARGET_BYTES = 400e6;

interface Run {
  readonly milliseconds: number;
  readonly peakBytes: number;
  readonly plainBytes: number;
  readonly packedBytes: number;
}

export async function bench(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  try {
    const sample = takeSample(directory);
    const layers = toLayers(sample);
    const megabytes = (sample.totalBytes / 1e6).toFixed(0);
    console.log(
      `Packing ${layers.length} layers of ${sample.origin}: ${sample.paths.length} paths, ${megabytes} MB`,
    );
    writeFileSync(join(directory, 'layers.json'), JSON.stringify(layers));
    layers.forEach((paths, index) => {
      writeFileSync(join(directory, `${index}.list`), paths.map((path) => path.slice(1)).join('\n'));
    });
    writeFileSync(
      join(directory, 'all.list'),
      layers
        .flat()
        .map((path) => path.slice(1))
        .join('\n'),
    );
    await bundle(directory);
    for (const rival of RIVALS) await compare(rival, directory, layers.length);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function bundle(directory: string): Promise<void> {
  const source = (path: string) => join(import.meta.dirname, path);
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node24',
      outDir: join(directory, 'program'),
      rolldownOptions: {
        input: {
          'assemble-once': source('pack/assemble-once.ts'),
          'layer-worker': source('../src/main/pack/layer-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
  writeFileSync(join(directory, 'program', 'package.json'), '{"type":"module"}');
}

async function compare({ type, tool, target }: Rival, directory: string, layerCount: number): Promise<void> {
  const oneStream: number[] = [];
  const streamPerLayer: number[] = [];
  const ours: Run[] = [];
  // The first round fills the page cache and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const one = await timeTool(tool, directory, ['all']);
    const run = await runOurs(type, directory);
    const per = await timeTool(
      tool,
      directory,
      Array.from({ length: layerCount }, (_, index) => String(index)),
    );
    if (round === 0) continue;
    oneStream.push(one.milliseconds);
    streamPerLayer.push(per.milliseconds);
    ours.push(run);
    if (round === ROUNDS) {
      console.log(`\n${type}, median of ${ROUNDS} rounds`);
      const size = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
      const own = median(ours.map(({ milliseconds }) => milliseconds));
      const speed = `${(run.plainBytes / 1e3 / own).toFixed(0)} MB/s`;
      const peak = Math.max(...ours.map(({ peakBytes }) => peakBytes));
      console.log(`  strata                     ${own.toFixed(0)} ms  ${size(run.packedBytes)}  ${speed}`);
      report(`tar | ${tool}, each layer`, streamPerLayer, own, size(per.packedBytes), target);
      report(`tar | ${tool}, one stream`, oneStream, own, size(one.packedBytes));
      console.log(`  peak memory ${size(peak)} (${verdict(peak < MEMORY_TARGET_BYTES)} below 400 MB)`);
    }
  }
}

function report(name: string, times: readonly number[], own: number, size: string, target?: number): void {
  const time = median(times);
  const ratio = time / own;
  const goal = target === undefined ? '' : ` (${verdict(ratio >= target)} at least ${target})`;
  console.log(
    `  ${name}  ${time.toFixed(0)} ms  ${size}  strata is ${ratio.toFixed(2)} times as fast${goal}`,
  );
}

function verdict(met: boolean): string {
  return met ? 'met:' : 'MISSED:';
}

async function timeTool(tool: string, directory: string, lists: readonly string[]) {
  const out = join(directory, 'tool');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const start = performance.now();
  for (const list of lists) {
    await execa('bash', [
      '-c',
      `set -o pipefail; tar -C / -c --files-from "$1" | ${tool} > "$2"`,
      'bash',
      join(directory, `${list}.list`),
      join(out, list),
    ]);
  }
  const milliseconds = performance.now() - start;
  return { milliseconds, packedBytes: lists.reduce((sum, list) => sum + statSync(join(out, list)).size, 0) };
}

async function runOurs(type: string, directory: string): Promise<Run> {
  const cache = join(directory, 'cache');
  rmSync(cache, { recursive: true, force: true });
  const program = join(directory, 'program', 'assemble-once.js');
  const { stdout } = await execa(process.execPath, [program, join(directory, 'layers.json'), cache, type]);
  return JSON.parse(stdout);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

if (import.meta.main) await bench();
