import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { Case } from './cases.ts';
import { type Outcome, readOutcome, readOutcomeOf, type TestReport } from './outcome.ts';
import type { Findings } from './table.ts';
import type { World } from './worlds.ts';

const repository = resolve(import.meta.dirname, '../..');
const enter = join(import.meta.dirname, 'enter.sh');
/** A case that hangs ends at some time; none is measured by it. */
const TIMEOUT_MS = 60 * 60_000;

const SETUP = `set -e
  useradd --create-home --shell /bin/bash ada
  export DEBIAN_FRONTEND=noninteractive
  install_packages() { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; }
`;
const VERSIONS = `
  nix --version | sed 's/.* /Nix /'; patchelf --version; node --version | sed 's/^v/Node /'`;

export interface RunOptions {
  /** Of the root, as `obtainRoot` gives it. */
  readonly root: string;
  /** Where what the world writes is kept, with a log of each case; emptied first. */
  readonly state: string;
  readonly note: (line: string) => void;
  /** Whether the cases go on in the world, and with the clone, that the last run left. */
  readonly resume: boolean;
  /** Is given what was found so far, after each case. */
  readonly keep: (findings: Findings) => Promise<void>;
}

interface Ended {
  /** Undefined where it took too long. */
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** Makes a fresh clone of HEAD in a fresh world, unless it resumes, and runs the cases there, one after the other. */
export async function runWorld(world: World, cases: readonly Case[], options: RunOptions): Promise<Findings> {
  const { root, state, note, resume, keep } = options;
  const { user, setup, prelude } = world.way;
  const checkout = join(state, 'checkout');
  if (!resume) {
    await rm(state, { recursive: true, force: true });
    await mkdir(state, { recursive: true });
    await execa('git', ['clone', '--quiet', '--depth', '1', `file://${repository}`, checkout]);
  }
  // It belongs to the world's user where it was there before.
  const { stdout: commit } = await execa(
    'git',
    ['-c', `safe.directory=${checkout}`, 'rev-parse', '--short', 'HEAD'],
    { cwd: checkout },
  );
  const registry = await execa('npm', ['config', 'get', 'registry'], { reject: false });
  const env = registry.failed ? {} : { npm_config_registry: registry.stdout };

  async function run(name: string, as: string, script: string): Promise<Ended> {
    const log = ['pipe', { file: join(state, `${name}.log`), append: true }] as const;
    const result = await execa('bash', [enter, 'run', root, state, as, script], {
      env,
      reject: false,
      all: true,
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      timeout: TIMEOUT_MS,
      // It takes every process of the world along.
      killSignal: 'SIGKILL',
    });
    return { exitCode: result.exitCode, output: result.all ?? '' };
  }

  async function runCase(each: Case, script: string): Promise<Record<string, Outcome>> {
    const { name, setup: prepare, report, suites = [] } = each;
    note(`${world.name}: ${name} …`);
    if (prepare !== undefined) {
      const prepared = await run(`${name}-setup`, 'root', `set -e; cd strata\n${prepare}`);
      if (prepared.exitCode !== 0)
        return { [name]: readOutcome(prepared.output, prepared.exitCode, undefined) };
    }
    const { output, exitCode } = await run(name, user, `set -eo pipefail; cd strata\n${script}`);
    const said = report === undefined ? undefined : await readReport(join(checkout, report));
    const outcomes: Record<string, Outcome> = { [name]: readOutcome(output, exitCode, said) };
    if (said !== undefined) {
      for (const suite of suites) outcomes[suite.name] = readOutcomeOf(suite.directory, output, said);
    }
    return outcomes;
  }

  const made = resume ? { exitCode: 0, output: '' } : await run('setup', 'root', SETUP + setup);
  // The first user of a Debian system has this number.
  if (user !== 'root') await execa('chown', ['-R', '1000:1000', checkout]);
  await writeFile(join(state, 'prelude'), prelude);
  const outcomes: Record<string, Outcome> = {};
  let versions = '';
  for (const each of cases) {
    const script = each.script(world);
    if (script === undefined) continue;
    if (made.exitCode === 0) Object.assign(outcomes, await runCase(each, script));
    else outcomes[each.name] = readOutcome(made.output, made.exitCode, undefined);
    versions = (await run('versions', user, VERSIONS)).output.trim().split('\n').join(', ');
    await keep({ commit, versions, outcomes });
  }
  return { commit, versions, outcomes };
}

/** What vitest reported; undefined where it did not come so far. */
async function readReport(file: string): Promise<TestReport | undefined> {
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as TestReport) : undefined;
}
