import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDirectory } from '../../src/main/files/paths.ts';
import { freePort } from '../support/free-port.ts';
import { NoRoot, obtainRoot, whyNoRoots } from '../worlds/roots.ts';
import { withLock } from '../worlds/with-lock.ts';
import { startBuildingRegistry } from './building-registry.ts';
import { CASES, type Case, caseName, SYSTEMS, type System } from './cases.ts';
import { buildFiles, push, strataWith } from './images.ts';
import { type Ended, type Session, startSession } from './session.ts';
import { type Findings, type Outcome, readOutcome, renderTables } from './table.ts';

const HELP = `Gives images of Strata to container engines and the tools of registries, and prints what came of it.

  npm run engines                          all of it
  npm run engines -- --only docker,crane   cases that have a word in their name
  npm run engines -- --not deep            without those that have it
  npm run engines -- --write               writes what was found so far to docs/engines.md too
  npm run engines -- --list                the names of the cases
  npm run engines -- --show                what failed prints all that it said

Roots of Debian with the engines are made once, beside those of \`npm run worlds\`: in $STRATA_WORLDS, else in Strata's
cache directory. Daemons run in namespaces and end with the run.`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    not: { type: 'string' },
    write: { type: 'boolean' },
    list: { type: 'boolean' },
    show: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const note = (line: string) => console.error(line);
const directory = resolve(process.env.STRATA_WORLDS || join(cacheDirectory(), 'worlds'));
const findingsFile = join(directory, 'engines.json');
process.exitCode = await main();

async function main(): Promise<number> {
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const wanted = CASES.filter(isWanted);
  if (values.list) {
    console.log(wanted.map(caseName).join('\n'));
    return 0;
  }
  const reason = await whyNoRoots(directory);
  if (reason !== undefined) {
    console.log(`Skipped: ${reason}.`);
    return 0;
  }
  return withLock(join(directory, 'engines.lock'), note, () => runAll(wanted));
}

function isWanted(each: Case): boolean {
  const has = (words: string | undefined) => words?.split(',').some((word) => caseName(each).includes(word));
  return (has(values.only) ?? true) && !has(values.not);
}

async function runAll(wanted: readonly Case[]): Promise<number> {
  const images = join(directory, 'engines-images');
  const needed = new Set(wanted.flatMap(({ image, script }) => [image, ...filesIn(script)]));
  await buildFiles(images, (name) => needed.has(name), note);
  const found: { versions: Record<string, string>; outcomes: Record<string, Outcome> } = {
    versions: {},
    outcomes: {},
  };
  for (const system of Object.keys(SYSTEMS) as System[]) {
    const cases = wanted.filter((each) => each.system === system);
    if (cases.length === 0) continue;
    try {
      const session = await openSession(system, images);
      try {
        found.versions[system] = await versionsIn(session);
        await pushAll(cases, images, session);
        for (const each of cases) {
          found.outcomes[caseName(each)] = await runCase(each, session);
          await keep(found);
        }
      } finally {
        await session.stop();
      }
    } catch (error) {
      if (!(error instanceof NoRoot)) throw error;
      console.log(`Skipped: ${SYSTEMS[system].root.title}: ${error.message}.`);
    }
  }
  console.log(`\n${renderTables(wanted, found)}`);
  const all = await keep(found);
  if (values.write) await writeDocs(all);
  return Object.values(found.outcomes).some(({ state }) => state === 'failed') ? 1 : 0;
}

async function openSession(system: System, images: string): Promise<Session> {
  const { root, store } = SYSTEMS[system];
  const path = await withLock(join(directory, 'roots.lock'), note, () => obtainRoot(root, directory, note));
  const state = join(directory, 'state', `engines-${system}`);
  const session = await startSession({ root: path, state, registryPort: await freePort(), store });
  await cp(images, join(session.data, 'images'), { recursive: true });
  return session;
}

async function versionsIn(session: Session): Promise<string> {
  const packages =
    'docker.io containerd podman buildah skopeo crane oras umoci cosign docker-registry runc crun';
  const script = `dpkg-query -W -f '\${Package} \${Version}\\n' ${packages} 2>/dev/null | sed -E 's/[+~].*//' || true`;
  return (await session.run('root', script)).output.trim().split('\n').join(', ');
}

/** Pushed by Strata, as it is here: the root's registry listens on this machine. */
async function pushAll(cases: readonly Case[], images: string, session: Session): Promise<void> {
  const wanted = new Set(
    cases.flatMap(({ table, image, script }) => (table === 'pushed' ? [image] : pushedIn(script))),
  );
  for (const name of wanted) {
    note(`pushing ${name} …`);
    await push(images, name, session.registry);
  }
}

async function runCase(each: Case, session: Session): Promise<Outcome> {
  const { output, exitCode } =
    each.table === 'refused' ? await runRefused(each, session) : await runPrepared(each, session);
  const outcome = readOutcome(each, output, exitCode);
  note(`${caseName(each)}: ${[outcome.state, outcome.text].filter(Boolean).join(': ')}`);
  if (values.show && outcome.state === 'failed') note(output);
  return outcome;
}

async function runPrepared({ before = [], user, script }: Case, session: Session): Promise<Ended> {
  let sent = 0;
  let said = '';
  for (const words of before) {
    const { failed, stdout, stderr } = await strataWith(session, words);
    if (failed) return { exitCode: 1, output: stderr };
    said += `${stderr}\n`;
    sent = (JSON.parse(stdout) as { writtenBytes: number }).writtenBytes;
  }
  const ended = await session.run(user, `R=${session.registry}\nSENT=${sent}\n${script}`);
  return { ...ended, output: `${said}${ended.output}` };
}

/** Each client asks a registry of its own, so that none is told what was told another one. */
async function runRefused(each: Case, session: Session): Promise<Ended> {
  const building = await startBuildingRegistry();
  try {
    const insecure = `printf '[[registry]]\\nlocation = "%s"\\ninsecure = true\\n' $R >/etc/containers/registries.conf.d/building.conf`;
    const ended = await session.run(each.user, `R=${building.address}\n${insecure}\n${each.script}`);
    const builds = building.builds();
    return builds === 1
      ? ended
      : { exitCode: 1, output: `${ended.output}\nerror: it was built ${builds} times` };
  } finally {
    await building.stop();
  }
}

/** Names of images that a script takes from files. */
function filesIn(script: string): string[] {
  return [...script.matchAll(/\/data\/images\/([a-z-]+)/g)].map(([, name = '']) => name);
}

/** Names of images that a script takes from the registry. */
function pushedIn(script: string): string[] {
  return [...script.matchAll(/\$R\/engines\/([a-z-]+)/g)].map(([, name = '']) => name);
}

/** Keeps what was found beside what earlier runs found. */
async function keep(found: Findings): Promise<Findings> {
  const before: Findings = existsSync(findingsFile)
    ? JSON.parse(await readFile(findingsFile, 'utf8'))
    : { versions: {}, outcomes: {} };
  const all = {
    versions: { ...before.versions, ...found.versions },
    outcomes: { ...before.outcomes, ...found.outcomes },
  };
  await mkdir(directory, { recursive: true });
  await writeFile(findingsFile, JSON.stringify(all, undefined, 2));
  return all;
}

/** Replaces what stands between the marks of docs/engines.md. */
async function writeDocs(findings: Findings): Promise<void> {
  const file = resolve(import.meta.dirname, '../../docs/engines.md');
  const text = await readFile(file, 'utf8');
  const [begin, end] = ['<!-- written by: npm run engines -- --write -->', '<!-- end -->'];
  const lines = [
    text.slice(0, text.indexOf(begin) + begin.length),
    renderTables(CASES, findings),
    text.slice(text.indexOf(end)),
  ];
  await writeFile(file, lines.join('\n'));
}
