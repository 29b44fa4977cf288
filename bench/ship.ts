import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRegistry, type TestRegistry } from '../test/support/registry.ts';
import { findCrane } from './ship/crane.ts';
import { makeLayout } from './ship/layout.ts';
import { type Line, median, type Taken, take } from './ship/measure.ts';

/**
 * Shipping beside the usual tools: the same image, the same registry on this machine, in turn, so that whatever else the
 * machine does is the same for all. Medians of wall time and of processor time. Strata is as it was built: `npm run build`.
 */
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const IMAGE_BYTES = 150e6;
const BUDGET = 29;
const MEMORY_TARGET_BYTES = 200e6;

const ROOT = join(import.meta.dirname, '..');
const NODE: Line = [process.execPath, '--disable-warning=ExperimentalWarning'];
const STRATA: Line = [...NODE, join(ROOT, 'out/main/cli.js')];

/** One way to do something. */
interface Rival {
  readonly name: string;
  readonly line: (target: Target) => Line;
}

interface Target {
  readonly reference: string;
  /** A directory of this round. */
  readonly scratch: string;
}

/** What is done in each round, and how much of a rival's time is aimed at. */
interface Race {
  readonly title: string;
  readonly goal?: readonly [rival: string, ratio: number];
  readonly rivals: readonly Rival[];
  /** Whether each run gets a registry that has nothing. */
  readonly isCold?: true;
}

export async function bench(): Promise<void> {
  if (!existsSync(join(ROOT, 'out/main/cli.js')))
    throw new Error('There is no out/main/cli.js: npm run build.');
  const work = mkdtempSync(join(tmpdir(), 'strata-ship-'));
  try {
    const crane = await findCrane();
    const layout = await makeLayout(work, IMAGE_BYTES, BUDGET);
    const megabytes = (layout.compressedBytes / 1e6).toFixed(0);
    console.log(`${megabytes} MB in ${layout.layers} layers, medians of ${ROUNDS} runs in turn`);
    for (const race of races(layout.directory, crane)) await run(race, work, layout.directory);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function races(image: string, crane: string | undefined): readonly Race[] {
  const withCrane = (line: (crane: string, target: Target) => Line): readonly Rival[] =>
    crane === undefined ? [] : [{ name: 'crane', line: (target) => line(crane, target) }];
  const push: readonly Rival[] = [
    { name: 'strata', line: ({ reference }) => [...STRATA, 'push', image, reference, '--insecure'] },
    ...withCrane((program, { reference }) => [program, 'push', '--insecure', image, reference]),
    {
      name: 'skopeo',
      line: ({ reference }) => [
        'skopeo',
        ...['--insecure-policy', 'copy', '--dest-tls-verify=false', `oci:${image}`, `docker://${reference}`],
      ],
    },
  ];
  return [
    { title: 'push, nothing there', isCold: true, goal: ['crane', 1], rivals: push },
    { title: 'push, all there', goal: ['crane', 1.5], rivals: push },
    {
      title: 'pull',
      rivals: [
        {
          name: 'strata',
          line: ({ reference, scratch }) => [
            ...STRATA,
            ...['pull', reference, '--insecure', '--format', 'oci-dir', '--output', join(scratch, 'strata')],
          ],
        },
        ...withCrane((program, { reference, scratch }) => [
          program,
          ...['pull', '--insecure', '--format', 'oci', reference, join(scratch, 'crane')],
        ]),
        {
          name: 'skopeo',
          line: ({ reference, scratch }) => [
            'skopeo',
            ...['--insecure-policy', 'copy', '--src-tls-verify=false', `docker://${reference}`],
            `oci:${join(scratch, 'skopeo')}:v1`,
          ],
        },
      ],
    },
    {
      title: 'verify',
      goal: ['crane validate', 0.4],
      rivals: [
        { name: 'strata', line: ({ reference }) => [...STRATA, 'verify', reference, '--insecure'] },
        ...withCrane((program, { reference }) => [
          program,
          'validate',
          '--insecure',
          '--remote',
          reference,
        ]).map((rival) => ({ ...rival, name: 'crane validate' })),
      ],
    },
    {
      title: 'start',
      goal: ['node', 1.4],
      rivals: [
        { name: 'strata', line: () => [...STRATA, '--version'] },
        { name: 'node', line: () => [...NODE, '--eval', '0'] },
      ],
    },
  ];
}

async function run({ title, goal, rivals, isCold }: Race, work: string, image: string): Promise<void> {
  const taken = new Map<string, Taken[]>(rivals.map(({ name }) => [name, []]));
  const memory = join(work, 'memory');
  const hook = join(work, 'memory.mjs');
  writeFileSync(memory, '');
  writeFileSync(
    hook,
    `import { appendFileSync } from 'node:fs';
process.on('exit', () => appendFileSync(${JSON.stringify(memory)}, process.resourceUsage().maxRSS + '\\n'));`,
  );
  let registry: TestRegistry | undefined;
  // The first round fills the page cache and is not counted.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { name, line } of rivals) {
      if (isCold || registry === undefined) {
        await registry?.stop();
        registry = await startRegistry();
      }
      const scratch = mkdtempSync(join(work, 'round-'));
      // A cache of its own each round where nothing is to be there: a registry's address may come again.
      const cache = join(work, isCold ? `round-${round}-cache` : 'caches');
      const env = { XDG_CACHE_HOME: cache, NODE_OPTIONS: name === 'strata' ? `--import=${hook}` : '' };
      const reference = `${registry.host}/bench/image:v1`;
      const target = { reference, scratch };
      if (!isCold && round === 0) await take(work, [...STRATA, 'push', image, reference, '--insecure'], env);
      const result = await take(work, line(target), env);
      if (round > 0) taken.get(name)?.push(result);
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  await registry?.stop();
  report(title, goal, taken, readFileSync(memory, 'utf8').trim().split('\n').map(Number));
}

function report(
  title: string,
  goal: Race['goal'],
  taken: ReadonlyMap<string, readonly Taken[]>,
  peaks: readonly number[],
): void {
  const own = taken.get('strata') ?? [];
  console.log(`\n${title}`);
  for (const [name, runs] of taken) {
    const ratio = (of: (run: Taken) => number) => median(own.map(of)) / median(runs.map(of));
    const wall = ratio(({ seconds }) => seconds);
    const isGoal = goal?.[0] === name;
    const verdict = isGoal ? ` (${wall <= goal[1] ? 'met' : 'MISSED'}: at most ${goal[1]})` : '';
    const cpu = median(runs.map(({ cpuSeconds }) => cpuSeconds));
    const text = `${median(runs.map(({ seconds }) => seconds)).toFixed(2)} s, ${cpu.toFixed(2)} s of the processor`;
    const against =
      name === 'strata'
        ? ''
        : `; strata takes ${wall.toFixed(2)} of it${verdict}, ${ratio(({ cpuSeconds }) => cpuSeconds).toFixed(2)} of the processor`;
    console.log(`  ${name.padEnd(15)} ${text}${against}`);
  }
  const peak = Math.max(...peaks) * 1024;
  console.log(
    `  peak memory of strata ${(peak / 1e6).toFixed(0)} MB (${peak <= MEMORY_TARGET_BYTES ? 'met' : 'MISSED'}: at most 200)`,
  );
}

if (import.meta.main) await bench();
