import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRunning } from '../../../../src/main/files/process-mark.ts';
import { secret } from '../../../../src/main/log/secret.ts';
import { authFilePaths } from '../../../../src/main/registry/authn/auth-files.ts';
import type { Credentials } from '../../../../src/main/registry/authn/credentials.ts';
import { userKeychain } from '../../../../src/main/registry/authn/keychain.ts';

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'strata-auth-'));
  // A runtime directory of its own, so that nobody's login on this machine is found.
  env = { HOME: home, PATH: `${home}/bin:${process.env.PATH}`, XDG_RUNTIME_DIR: join(home, 'none') };
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function write(path: string, value: unknown): Promise<string> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

/** A credential helper that knows one server, and keeps what it was asked. */
async function installHelper(name: string, server: string, user: string, password: string): Promise<void> {
  const script = `#!/bin/sh
read -r asked
echo "$1 $asked" >> ${home}/asked
if [ "$asked" = "${server}" ]; then echo '{"ServerURL":"x","Username":"${user}","Secret":"${password}"}'
else echo 'credentials not found in native keychain'; exit 1; fi
`;
  await chmod(await write(`bin/docker-credential-${name}`, script), 0o755);
}

function entry(user: string, password: string) {
  return { auth: Buffer.from(`${user}:${password}`).toString('base64') };
}

/** Credentials with what they hide, for comparison. */
function reveal(credentials: Credentials): unknown {
  if (credentials.type === 'basic') return [credentials.username, credentials.password.reveal()];
  return credentials.type === 'anonymous' ? 'anonymous' : [credentials.type, credentials.token.reveal()];
}

async function find(registry: string, repository = 'a/b'): Promise<unknown> {
  return reveal(await userKeychain(env)(registry, repository, undefined));
}

describe('userKeychain', () => {
  it('looks where `podman login` writes without a session', () => {
    const [first] = authFilePaths({ HOME: '/home/a' });
    expect(first).toBe(`/run/containers/${process.getuid?.()}/auth.json`);
  });

  it('is anonymous where there is no file', async () => {
    expect(await find('quay.io')).toBe('anonymous');
  });

  it("reads Docker's file, whatever form the registry's name has there", async () => {
    await write('.docker/config.json', {
      auths: { 'https://quay.io/v2/': entry('u', 'p:q'), 'https://index.docker.io/v1/': entry('hub', 'h') },
    });
    expect(await find('quay.io')).toEqual(['u', 'p:q']);
    expect(await find('docker.io', 'library/busybox')).toEqual(['hub', 'h']);
    expect(await find('other.io')).toBe('anonymous');
  });

  it('prefers the files of the containers tools, in their order', async () => {
    await write('.docker/config.json', { auths: { 'quay.io': entry('docker', '1') } });
    expect(await find('quay.io')).toEqual(['docker', '1']);
    await write('.config/containers/auth.json', { auths: { 'quay.io': entry('config', '2') } });
    expect(await find('quay.io')).toEqual(['config', '2']);
    env.XDG_RUNTIME_DIR = join(home, 'run');
    await write('run/containers/auth.json', { auths: { 'quay.io': entry('run', '3') } });
    expect(await find('quay.io')).toEqual(['run', '3']);
    env.REGISTRY_AUTH_FILE = await write('own.json', { auths: { 'else.io': entry('own', '4') } });
    expect(await find('quay.io')).toBe('anonymous');
    expect(await find('else.io')).toEqual(['own', '4']);
  });

  it('takes the entry that fits the repository best', async () => {
    await write('.config/containers/auth.json', {
      auths: {
        'quay.io': entry('all', '1'),
        'quay.io/team': entry('team', '2'),
        'quay.io/team/web': entry('web', '3'),
      },
    });
    expect(await find('quay.io', 'team/web')).toEqual(['web', '3']);
    expect(await find('quay.io', 'team/db')).toEqual(['team', '2']);
    expect(await find('quay.io', 'teamwork')).toEqual(['all', '1']);
  });

  it('tells identity and registry tokens from passwords', async () => {
    await write('.docker/config.json', {
      auths: { 'a.io': { ...entry('<token>', ''), identitytoken: 'i' }, 'b.io': { registrytoken: 'r' } },
    });
    expect(await find('a.io')).toEqual(['identity-token', 'i']);
    expect(await find('b.io')).toEqual(['registry-token', 'r']);
  });

  it('asks the helper of a registry, and the one for all others', async () => {
    await installHelper('one', 'a.io', 'helped', 's1');
    await installHelper('all', 'b.io', '<token>', 's2');
    await write('.docker/config.json', {
      credHelpers: { 'a.io': 'one' },
      credsStore: 'all',
      auths: { 'b.io': {} },
    });
    expect(await find('a.io')).toEqual(['helped', 's1']);
    expect(await find('b.io')).toEqual(['identity-token', 's2']);
    expect(await find('c.io')).toBe('anonymous');
  });

  /** A helper that is a script, for every registry. */
  async function installScript(script: string): Promise<void> {
    await chmod(await write('bin/docker-credential-odd', `#!/bin/sh\n${script}\n`), 0o755);
    await write('.docker/config.json', { credsStore: 'odd' });
  }

  it.each([
    ['fails', 'echo "the secret is planted-secret"; echo planted-secret >&2; exit 1', 'failed for quay.io'],
    ['gives no JSON', 'echo planted-secret', 'did not answer with a user name and a secret'],
    ['answers without end', 'trap "" TERM INT; sleep 300 & yes planted-secret', 'answers without end'],
    ['complains without end', 'trap "" TERM INT; sleep 300 & yes planted-secret >&2', 'answers without end'],
  ])('says nothing of the secret where a helper %s', async (_, script, message) => {
    await installScript(script);
    const failure: unknown = await find('quay.io').catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'registry-unauthorized',
      message: expect.stringContaining(message),
    });
    expect(inspect(failure, { depth: 20 })).not.toContain('planted-secret');
  });

  it('leaves nothing of a helper that is stopped, whatever it ignores', async () => {
    await installScript(
      `trap "" TERM INT HUP; sleep 300 & echo $! > ${home}/child; touch ${home}/begun; wait`,
    );
    const stop = new AbortController();
    const asked = userKeychain(env)('quay.io', 'a/b', stop.signal);
    await vi.waitUntil(() => existsSync(join(home, 'begun')), 10_000);
    stop.abort();
    await expect(asked).rejects.toThrow('Cancelled.');
    const child = Number(await readFile(join(home, 'child'), 'utf8'));
    await vi.waitUntil(() => !isRunning(child), 10_000);
  });

  it('says which helper is missing', async () => {
    await write('.docker/config.json', { credHelpers: { 'a.io': 'gone' } });
    await expect(find('a.io')).rejects.toMatchObject({
      code: 'registry-unauthorized',
      message: 'The credential helper docker-credential-gone is not installed.',
    });
  });

  it.each(['[1]', '"text"', 'null'])('says of %s that it is no file of credentials', async (text) => {
    const file = await write('.docker/config.json', text);
    await expect(find('quay.io')).rejects.toThrow(
      `${file} is not a file of credentials: it is no JSON object.`,
    );
  });

  it('says which file is wrong without showing what is in it', async () => {
    const file = await write('.docker/config.json', '{"auths": {"quay.io": {"auth": "c2VjcmV0OnNlY3JldA=="');
    await expect(find('quay.io')).rejects.toThrow(`${file} is not JSON.`);
    await write('.docker/config.json', { auths: { 'quay.io': { auth: ['c2VjcmV0'] } } });
    const failure = await find('quay.io').catch((error: unknown) => error);
    expect(inspect(failure)).toContain('auths.quay.io.auth');
    expect(inspect(failure)).not.toContain('c2VjcmV0');
  });
});

describe('a secret', () => {
  it('shows only to who asks for it', () => {
    const hidden = secret('hunter2');
    const shown = [
      String(hidden),
      `${hidden}`,
      JSON.stringify({ hidden }),
      inspect({ hidden }, { depth: 9, showHidden: true }),
    ];
    expect(shown.join()).not.toContain('hunter2');
    expect(hidden.reveal()).toBe('hunter2');
  });
});
