import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/main/cli/exit-codes.ts';
import { repositoryRoot, temporaryDirectory } from '../../support/cli.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from '../nix/support/isolated-nix.ts';

const { path: directory, remove } = await temporaryDirectory('exit-codes');
const at = (name: string) => join(directory, name);
let nix: IsolatedNix;

beforeAll(async () => {
  nix = await isolatedNix();
  writeFileSync(at('graph.json'), '[]');
  mkdirSync(at('source'));
  writeFileSync(at('source/default.nix'), '{ ... }: { }');
  writeFileSync(at('empty.tar'), Buffer.alloc(1024));
  execFileSync('mkfifo', [at('pipe')]);
});
afterAll(async () => {
  await nix.remove();
  await remove();
});

interface Run {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const compose = ['build', '--source', `path:${at('source')}`, '--packages', 'none', '-o', at('image.tar')];
/** At work until something ends it: nobody writes to that pipe. */
const wait = ['plan', '--graph', '/dev/stdin'];

/** Does something within the command once it listens to a signal: it is at work by then. */
function during(code: string): Readonly<Record<string, string>> {
  const script = `const timer = setInterval(() => {
    if (process.listenerCount('SIGHUP') === 0) return;
    clearInterval(timer);
    ${code}
  });`;
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(script)}` };
}

/** `hello` of the fixture is a text. */
const runIn = (engine: string) => ['run', '--with', engine, '--source', `path:${FIXTURE_SET}`, '-p', 'hello'];
const noBwrap = spawnSync('bwrap', ['--version']).status !== 0;

/** Commands that end with each code. Scripts know the codes by their numbers, so none ever changes. */
const RUNS: Readonly<Record<number, readonly Run[]>> = {
  0: [{ args: ['plan', '--graph', at('graph.json')] }],
  1: [{ args: ['verify', at('empty.tar')] }],
  2: [
    { args: ['plan', '--unknown'] },
    { args: ['plan'] },
    { args: ['plan', '--graph', at('empty.tar')] },
    { args: ['nix', at('graph.json')] },
  ],
  3: [{ args: compose }],
  4: [{ args: compose, env: { PATH: directory } }],
  5: [
    { args: ['build', at('none'), '-o', at('image.tar')] },
    { args: ['build', at('pipe'), '-o', at('image.tar')] },
    { args: ['build', at('none.strata.json'), '-o', at('image.tar')] },
    { args: ['plan', '--graph', at('none')] },
    { args: ['plan', '--graph', at('graph.json'), '--pop', at('none')] },
    { args: ['plan', '--graph', at('graph.json'), '--hints', at('none')] },
    { args: ['plan', '--graph', at('graph.json'), '--known', at('none.json')] },
    { args: ['plan', '--graph', at('graph.json'), '--known', at('none.strata.json')] },
    { args: ['group-layers', '--graph', at('none'), '--budget', '2', '--out', at('out')] },
    { args: ['open', at('none.tar')] },
    { args: ['open', at('pipe')] },
    { args: ['verify', at('none.tar')] },
    { args: ['open', at('empty.tar'), '--rules', at('none')] },
    { args: ['diff', at('none.tar'), at('none.tar')] },
    { args: ['open', '127.0.0.1:1/image:tag', '--ca-file', at('none')] },
    { args: ['popularity', '--from-cache', directory, '--paths', at('none'), '--out', at('out')] },
  ],
  6: [{ args: ['open', '127.0.0.1:1/image:tag'] }],
  125: [{ args: [...runIn('docker'), '--', 'hello'], env: { DOCKER_HOST: `unix://${at('none')}` } }],
  126: [{ args: [...runIn('bwrap'), '--', 'hello'] }],
  127: [{ args: [...runIn('bwrap'), '--', 'none'] }],
  70: [{ args: wait, env: during("throw new Error('a bug');") }],
  130: [{ args: wait, env: during("process.kill(process.pid, 'SIGINT');") }],
};

describe('exit codes', () => {
  it('are those that the manual lists, each with a command that ends with it', () => {
    const manual = readFileSync(join(repositoryRoot, 'docs/command-line.md'), 'utf8');
    const [, table = ''] = /## Exit codes\n([\s\S]*?)\n## /.exec(manual) ?? [];
    const listed = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(Object.values(EXIT)).toEqual(listed);
    expect(Object.keys(RUNS).map(Number)).toEqual(listed.toSorted((a, b) => a - b));
  });

  const runs = Object.entries(RUNS).flatMap(([code, runs]) =>
    runs.map((run) => [code, run.args.join(' ').replaceAll(`${directory}/`, ''), run] as const),
  );
  it.for(runs)('%s: strata %s', async ([code, , { args, env }], { skip }) => {
    if (noBwrap && args.includes('bwrap')) skip('bubblewrap is not installed (Debian: bubblewrap).');
    // Opened to be written as well, the pipe has no end.
    const command = ['exec "$@" <> "$PIPE"', 'sh', process.execPath, join(repositoryRoot, 'src/main/cli.ts')];
    const { exitCode, stderr } = await execa('/bin/sh', ['-c', ...command, ...args], {
      reject: false,
      env: { ...nix.env, STRATA_CACHE_DIR: nix.cacheDirectory, PIPE: at('pipe'), ...env },
    });
    expect(exitCode, stderr).toBe(Number(code));
  });
});
