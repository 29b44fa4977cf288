import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../support/cli.ts';
import { temporaryDirectory } from '../documents/support.ts';

const CLI = join(repositoryRoot, 'src/main/cli.ts');
const DOCUMENT = join(repositoryRoot, 'examples/web.strata.json');
const common = { reject: false, env: { NO_COLOR: '1' } } as const;

const A_PATH = '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-a';
const GRAPH = JSON.stringify([{ path: A_PATH, narSize: 8, closureSize: 8, references: [] }]);

describe('the command line as a process', () => {
  it('says where its output cannot be written', async ({ skip }) => {
    if (!existsSync('/dev/full')) skip('This system has no /dev/full.');
    const toFull = ['-c', 'exec "$@" > /dev/full', 'sh', process.execPath];
    const { exitCode, stderr } = await execa('sh', [...toFull, CLI, 'nix', DOCUMENT], common);
    expect(stderr).toBe(
      'error: There is no room left for standard output (ENOSPC).\n' +
        'hint: Free some space there or choose another place. `strata cache prune --unused-for 30` removes packed layers that were not used for 30 days.',
    );
    expect(exitCode).toBe(5);
  });

  it('says where the directory that it was started in is gone', async () => {
    const inGone = ['-c', 'rmdir "$PWD" && exec "$@"', 'sh', process.execPath];
    const { exitCode, stderr } = await execa('sh', [...inGone, CLI, 'plan', '--graph', 'graph.json'], {
      ...common,
      cwd: temporaryDirectory(),
    });
    expect(stderr).toBe(
      'error: The directory that Strata was started in is gone.\n' +
        'hint: Change to one that exists, with `cd`, and start it again.',
    );
    expect(exitCode).toBe(5);
  });

  it('shows what is in a name that would drive the terminal', async () => {
    const { stderr } = await execa(process.execPath, [CLI, 'plan', '--graph', 'no\u001b[31mne'], common);
    expect(stderr).toContain('no␛[31mne');
  });

  it('has nothing to say where the reader of its output is gone, as head may be', async () => {
    const running = execa(process.execPath, [CLI, 'nix', DOCUMENT], { ...common, stdout: 'pipe' });
    running.stdout.destroy();
    expect(await running).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('goes on where nobody reads what it says about the work', async () => {
    const graph = join(temporaryDirectory(), 'graph.json');
    writeFileSync(graph, GRAPH);
    const running = execa(process.execPath, [CLI, 'plan', '--graph', graph], common);
    running.stderr.destroy();
    expect(await running).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('a') });
  });

  it('completes commands, options and choices in bash', async ({ skip }) => {
    const script = await execa(process.execPath, [CLI, 'completion'], common);
    const bash = await execa('bash', ['--version'], common);
    if (bash.failed) skip('There is no bash here.');
    const complete = async (...words: string[]) => {
      const ask = `_strata; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const setUp = `${script.stdout}\nCOMP_WORDS=(strata "$@"); COMP_CWORD=$#; ${ask}`;
      const { stdout } = await execa('bash', ['-c', setUp, 'bash', ...words], common);
      return stdout.split('\n').filter((word) => word !== '');
    };
    expect(await complete('pl')).toEqual(['plan', 'plan-set']);
    expect(await complete('build', '--st')).toEqual(['--store', '--strategy', '--stop-signal']);
    expect(await complete('build', '--strategy', 'n')).toEqual(['nixery']);
    expect(await complete('cache', 'dr')).toEqual(['drop-root']);
    expect(await complete('help', 'doc')).toEqual(['doctor']);
    // Names of files are for the shell.
    expect(await complete('build', 'exam')).toEqual([]);
    expect(await complete('build', '')).toEqual([]);
  });

  it('stops what it has started when its terminal is closed', async () => {
    const directory = temporaryDirectory();
    const pidFile = join(directory, 'pid');
    writeFileSync(join(directory, 'nix'), `#!/bin/sh\necho $$ > '${pidFile}'\nexec sleep 600\n`, {
      mode: 0o755,
    });
    const running = execa(process.execPath, [CLI, 'doctor'], {
      ...common,
      env: { ...common.env, PATH: `${directory}:${process.env.PATH}` },
    });
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await delay(20);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    running.kill('SIGHUP');
    expect((await running).exitCode).toBe(130);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('says that it was cancelled where Ctrl-C came too late to stop anything', async () => {
    const directory = temporaryDirectory();
    const at = (name: string) => join(directory, name);
    // More than a pipe holds: the plan is being written until it is read.
    const paths = Array.from({ length: 3000 }, (_, at) => A_PATH.replace('-a', `-${at}`));
    const nodes = paths.map((path) => ({ path, narSize: 8, closureSize: 8, references: [] }));
    writeFileSync(at('graph.json'), JSON.stringify(nodes));
    await execa('mkfifo', [at('plan')]);
    const args = [CLI, 'plan', '--strategy', 'single', '--graph', at('graph.json'), '--out', at('plan')];
    const running = execa(process.execPath, args, common);
    // Opened once the command has opened its end.
    const plan = await open(at('plan'), 'r');
    const stopping = once(running.stderr, 'data');
    running.kill('SIGINT');
    expect(String(await stopping)).toContain('Stopping');
    const written = await plan.readFile('utf8');
    expect(JSON.parse(written).layers.length).toBeGreaterThan(0);
    expect((await running).exitCode).toBe(130);
  });
});
