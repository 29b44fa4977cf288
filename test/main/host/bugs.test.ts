import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa, type Options } from 'execa';
import { describe, expect, test } from 'vitest';
import { logFile } from '../../../src/main/files/paths.ts';
import type { Failure } from '../../../src/shared/contract/errors.ts';
import { repositoryRoot } from '../../support/cli.ts';
import { temporaryDirectory } from '../documents/support.ts';
import { clientOfAddress } from './support.ts';

const RAISE = ['--import', join(import.meta.dirname, 'raise.ts')];

/** A process of a host, whose lines are read one after the other. */
function start(directory: string, args: readonly string[], options: Options = {}) {
  const running = execa(process.execPath, [...RAISE, ...args], {
    ...options,
    env: { STRATA_CACHE_DIR: join(directory, 'cache'), STRATA_DATA_DIR: join(directory, 'data') },
    reject: false,
  });
  const lines = running.iterable();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const log = (program: 'host' | 'registry' = 'host'): string =>
    readFileSync(logFile(join(directory, 'data'), program), 'utf8');
  return { running, line, log };
}

function expectLogged(log: string): void {
  expect(log).toMatch(/error A bug that nothing awaited: Error: planted exception\n {6}at .*raise\.ts/);
  expect(log).toContain('planted rejection https://registry.example/');
  expect(log).not.toContain('PLANTED');
}

describe('a bug that nothing awaited', () => {
  test('is written down and told to the windows of a served host, which goes on', async () => {
    const directory = temporaryDirectory();
    const { running, line, log } = start(directory, [
      join(import.meta.dirname, 'serve-process.ts'),
      directory,
    ]);
    const address = new URL(await line());
    const entered = await fetch(address, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { client } = await clientOfAddress(`ws://${address.host}/rpc`, { cookie, origin: address.origin });
    const bugs = await client.system.bugs();
    await client.jobs.list();
    running.kill('SIGUSR2');
    const told = [(await bugs.next()).value, (await bugs.next()).value];
    expect(told.map((failure) => (failure as Failure | undefined)?.message)).toEqual([
      expect.stringContaining('planted rejection'),
      'Strata has a bug: planted exception',
    ]);
    expect(await client.jobs.list()).toEqual([]);
    expect((await client.system.about()).logFile).toBe(logFile(join(directory, 'data'), 'host'));
    running.kill('SIGTERM');
    expect((await running).exitCode).toBe(0);
    expectLogged(log());
    expect(log()).not.toContain(address.searchParams.get('token'));
    expect(statSync(logFile(join(directory, 'data'), 'host')).mode & 0o777).toBe(0o600);
  });

  test('is written down and told to the windows of the host in Electron, which goes on', async () => {
    const directory = temporaryDirectory();
    const { running, line, log } = start(directory, [
      '--import',
      join(import.meta.dirname, 'electron-parent.ts'),
      join(repositoryRoot, 'src/main/host.ts'),
    ]);
    expect(await line()).toBe('listening');
    running.kill('SIGUSR1');
    expect(await line()).toBe('0 jobs');
    running.kill('SIGUSR2');
    expect(await line()).toContain('planted rejection');
    expect(await line()).toBe('Strata has a bug: planted exception');
    running.kill('SIGUSR1');
    expect(await line()).toBe('0 jobs');
    running.kill('SIGTERM');
    expect((await running).exitCode).toBe(0);
    expectLogged(log());
  });

  test('is written down by the registry, beside what is pulled from it', async () => {
    const directory = temporaryDirectory();
    const cli = join(repositoryRoot, 'src/main/cli.ts');
    const { running, line, log } = start(directory, [
      cli,
      'registry',
      '--port',
      '0',
      '--source',
      './nowhere',
    ]);
    const address = await line();
    running.kill('SIGUSR2');
    const { status } = await fetch(`http://${address}/v2/shell/manifests/latest`);
    expect(status).toBe(400);
    running.kill('SIGTERM');
    expect((await running).exitCode).toBe(0);
    const text = log('registry');
    expect(text).toMatch(/error A bug: Error: planted exception/);
    expect(text).toMatch(/error shell:latest: .*nowhere.* \(source-unavailable\)/);
    expect(text).not.toContain('PLANTED');
  });
});
