import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { cacheDirectory } from '../../src/main/files/paths.ts';
import { CASES } from './cases.ts';
import { NoRoot, obtainRoot, whyNoRoots } from './roots.ts';
import { runWorld } from './run-world.ts';
import { differences, type Findings, renderTable } from './table.ts';
import { withLock } from './with-lock.ts';
import { WORLDS, type World } from './worlds.ts';

const HELP = `Runs Strata in the worlds of its users, and prints a table of worlds and outcomes.

  npm run worlds                                      all of it: hours
  npm run worlds -- --only newest-nix/root,debian-13  worlds, by the beginning of their names
  npm run worlds -- --cases start,images              some of the cases
  npm run worlds -- --jobs 2                          two worlds at a time, the better to use what each waits for
  npm run worlds -- --resume --cases nix,cli          in worlds as they were left, at the commit they were made at
  npm run worlds -- --write                           runs nothing, writes what was found so far to docs/worlds.md
  npm run worlds -- --enter debian-13/own COMMAND     runs a command in a world as it was left
  npm run worlds -- --list                            the names of worlds and cases

Roots of Debian are made by debootstrap once and kept in $STRATA_WORLDS, else in Strata's cache directory. Of two runs
there that want the same world, one waits for the other.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    cases: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    resume: { type: 'boolean', default: false },
    write: { type: 'boolean' },
    enter: { type: 'string' },
    list: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const note = (line: string) => console.error(line);
const directory = resolve(process.env.STRATA_WORLDS || join(cacheDirectory(), 'worlds'));
const findingsFile = join(directory, 'findings.json');
process.exitCode = await main();

async function main(): Promise<number> {
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.list) {
    console.log([...WORLDS, ...CASES].map(({ name, title }) => `${name.padEnd(28)}${title}`).join('\n'));
    return 0;
  }
  if (values.write) {
    await writeDocs(await kept());
    return 0;
  }
  const worlds = pick(WORLDS, values.only, (name, asked) => name === asked || name.startsWith(`${asked}/`));
  const cases = pick(CASES, values.cases, (name, asked) => name === asked);
  if (typeof worlds === 'string' || typeof cases === 'string') {
    note(`There is no ${typeof worlds === 'string' ? `world ${worlds}` : `case ${cases}`}: see --list.`);
    return 2;
  }
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) {
    note('--jobs takes a number from 1 on.');
    return 2;
  }
  const reason = await whyNoRoots(directory);
  if (reason !== undefined) {
    console.log(`Skipped: ${reason}.`);
    return 0;
  }
  return values.enter === undefined
    ? runAll(worlds, cases, jobs)
    : enterWorld(values.enter, positionals.join(' '));
}

async function runAll(worlds: typeof WORLDS, cases: typeof CASES, jobs: number): Promise<number> {
  const findings: Record<string, Findings> = {};
  const roots = new Map<string, Promise<string>>();
  const limit = pLimit(jobs);
  const runs = worlds.map((world) =>
    limit(async () => {
      const found = await runOne(world, cases, roots);
      if (found !== undefined) findings[world.name] = found;
    }),
  );
  await Promise.all(runs);
  console.log(`\n${renderTable(worlds, cases, findings)}`);
  const different = differences(WORLDS, findings);
  for (const line of different) console.log(`- failed: ${line}`);
  const outcomes = Object.values(findings).flatMap((each) => Object.values(each.outcomes));
  return different.length > 0 || outcomes.some(({ state }) => state === 'failed') ? 1 : 0;
}

/** What is found in a world; undefined, having said why, where it cannot be entered. `roots` are those asked for so far. */
async function runOne(
  world: World,
  cases: typeof CASES,
  roots: Map<string, Promise<string>>,
): Promise<Findings | undefined> {
  const made = roots.get(world.root.name) ?? rootOf(world);
  roots.set(world.root.name, made);
  const state = stateOf(world.name);
  if (values.resume && !existsSync(state)) {
    console.log(`Skipped: ${world.name}: there is no run to resume.`);
    return undefined;
  }
  try {
    const root = await made;
    const keepFound = (found: Findings) => keep(world.name, found);
    const options = { root, state, note, resume: values.resume, keep: keepFound };
    return await withLock(`${state}.lock`, note, () => runWorld(world, cases, options));
  } catch (error) {
    if (!(error instanceof NoRoot)) throw error;
    console.log(`Skipped: ${world.name}: ${error.message}.`);
    return undefined;
  }
}

/** A world as its last run left it, to look at why something failed there. */
async function enterWorld(name: string, command: string): Promise<number> {
  const world = WORLDS.find((each) => each.name === name);
  if (world === undefined || !existsSync(stateOf(name))) {
    note(`There is no world ${name} that was run before.`);
    return 2;
  }
  const root = await rootOf(world);
  const { exitCode } = await withLock(`${stateOf(name)}.lock`, note, () =>
    execa(
      'bash',
      [join(import.meta.dirname, 'enter.sh'), 'run', root, stateOf(name), world.way.user, command],
      { stdio: 'inherit', reject: false, killSignal: 'SIGKILL' },
    ),
  );
  return exitCode ?? 1;
}

/** Made by one run of several. A root may be made of another one, so that there is one lock for all. */
function rootOf({ root }: World): Promise<string> {
  return withLock(join(directory, 'roots.lock'), note, () => obtainRoot(root, directory, note));
}

/** Those that are asked for, all where none is; a name that there is not. */
function pick<T extends { readonly name: string }>(
  all: readonly T[],
  asked: string | undefined,
  matches: (name: string, asked: string) => boolean,
): readonly T[] | string {
  const names = asked?.split(',') ?? [];
  const unknown = names.find((each) => !all.some(({ name }) => matches(name, each)));
  if (unknown !== undefined) return unknown;
  return asked === undefined ? all : all.filter(({ name }) => names.some((each) => matches(name, each)));
}

function stateOf(name: string): string {
  return join(directory, 'state', name.replace('/', '-'));
}

/** What earlier runs found. */
async function kept(): Promise<Record<string, Findings>> {
  return existsSync(findingsFile) ? JSON.parse(await readFile(findingsFile, 'utf8')) : {};
}

/** Keeps what was found in a world, beside other worlds and other cases of the same commit. */
function keep(name: string, found: Findings): Promise<void> {
  return withLock(`${findingsFile}.lock`, note, async () => {
    const all = await kept();
    const before = all[name];
    const outcomes =
      before?.commit === found.commit ? { ...before.outcomes, ...found.outcomes } : found.outcomes;
    await writeFile(findingsFile, JSON.stringify({ ...all, [name]: { ...found, outcomes } }, undefined, 2));
  });
}

/** Replaces what stands between the marks of docs/worlds.md. */
async function writeDocs(findings: Readonly<Record<string, Findings>>): Promise<void> {
  const file = resolve(import.meta.dirname, '../../docs/worlds.md');
  const text = await readFile(file, 'utf8');
  const [begin, end] = ['<!-- written by: npm run worlds -- --write -->', '<!-- end -->'];
  const lines = [
    text.slice(0, text.indexOf(begin) + begin.length),
    // Which mirror a machine uses is its own business.
    renderTable(WORLDS, CASES, findings).replace(/(https?:\/\/)[^/\s)]+/g, '$1…'),
    ...differences(WORLDS, findings).map((line) => `- failed: ${line}`),
    text.slice(text.indexOf(end)),
  ];
  await writeFile(file, lines.join('\n'));
}
