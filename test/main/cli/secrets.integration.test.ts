import { chmodSync, globSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportImage } from '../../../src/main/images/export.ts';
import { strata, temporaryDirectory } from '../../support/cli.ts';
import { startRegistry, type TestRegistry } from '../../support/registry.ts';
import { type Certificate, makeCertificate } from '../../support/registry-certificates.ts';
import { startTokenServer, type TokenServer } from '../../support/registry-token-server.ts';
import { type Sample, sampleImage } from '../../support/sample-image.ts';

/** Each is somewhere that Strata reads it, and is to be nowhere else afterwards. */
const SECRETS = {
  password: 'PLANTED-password-4711',
  identityToken: 'PLANTED-identity-4712',
  helper: 'PLANTED-helper-4713',
  netrc: 'PLANTED-netrc-4714',
  url: 'PLANTED-url-4715',
} as const;
const USERNAME = 'ada';

let directory: { path: string; remove: () => Promise<void> };
let sample: Sample;
let certificate: Certificate;
let basic: TestRegistry;
let tokens: TokenServer;
let bearer: TestRegistry;
const at = (...names: string[]) => join(directory.path, ...names);

beforeAll(async () => {
  directory = await temporaryDirectory('secrets');
  for (const name of ['home/.docker', 'bin', 'tmp', 'work']) mkdirSync(at(name), { recursive: true });
  sample = sampleImage();
  const store = await sample.openStore();
  const image = await sample.assemble(store);
  await exportImage({
    image,
    store,
    format: 'oci',
    output: at('image.tar'),
    name: { name: 'web', tags: ['v1'] },
  });
  store.close();
  certificate = await makeCertificate(directory.path, 'strata-test');
  basic = await startRegistry({ basic: { username: USERNAME, password: SECRETS.password } });
  const account = { service: 'strata-test', username: USERNAME, password: SECRETS.helper };
  tokens = await startTokenServer({ certificate, ...account, identityToken: SECRETS.identityToken });
  const { realm, issuer } = tokens;
  bearer = await startRegistry({
    token: { realm, issuer, service: account.service, certificateFile: certificate.certificateFile },
  });
});
afterAll(async () => {
  await basic?.stop();
  await bearer?.stop();
  await tokens?.stop();
  sample?.remove();
  await directory?.remove();
});

/** Where the user keeps the secrets. These files hold them, and no other may. */
function keepSecrets(config: unknown): void {
  writeFileSync(at('home/.docker/config.json'), JSON.stringify(config));
  writeFileSync(at('home/.netrc'), `machine 127.0.0.1 login ${USERNAME} password ${SECRETS.netrc}\n`);
  const answer = JSON.stringify({ ServerURL: bearer.host, Username: USERNAME, Secret: SECRETS.helper });
  writeFileSync(at('bin/docker-credential-kept'), `#!/bin/sh\ncat > /dev/null\necho '${answer}'\n`);
  writeFileSync(
    at('bin/docker-credential-broken'),
    `#!/bin/sh\necho '${answer}'\necho 'no ${SECRETS.helper}' >&2\nexit 1\n`,
  );
  for (const name of ['kept', 'broken']) chmodSync(at('bin', `docker-credential-${name}`), 0o755);
}

/** What can be seen of processes while something runs. */
async function argumentsDuring<Result>(
  work: Promise<Result>,
): Promise<{ result: Result; seen: Set<string> }> {
  const seen = new Set<string>();
  let isDone = false;
  const result = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && !isGit(name))) {
      for (const file of ['cmdline', 'environ']) {
        try {
          if (file === 'cmdline' || isOfStrata(pid)) seen.add(readFileSync(`/proc/${pid}/${file}`, 'latin1'));
        } catch {
          // It has ended.
        }
      }
    }
    await delay(50);
  }
  return { result: await result, seen };
}

/** Nix itself gives git the whole address. */
function isGit(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('git');
  } catch {
    return true;
  }
}

/** Of others, such as the registry's, the environment is not ours. */
function isOfStrata(pid: string): boolean {
  return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HOME=${at('home')}\0`);
}

/** How a secret may be written. */
function forms(secret: string): string[] {
  const pair = Buffer.from(`${USERNAME}:${secret}`);
  return [
    secret,
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    pair.toString('base64').replace(/=+$/, ''),
  ];
}

function expectNowhere(place: string, text: string): void {
  for (const [name, secret] of Object.entries(SECRETS)) {
    for (const form of forms(secret)) expect(text.includes(form) && `${place} has the ${name}`).toBe(false);
  }
  // Tokens that the server made are secrets too.
  expect(/\beyJ[\w-]{20,}\.[\w-]{20,}/.test(text) && `${place} has a token`).toBe(false);
}

function expectNoFile(): void {
  const files = globSync('{home,tmp,work}/**', {
    cwd: directory.path,
    exclude: ['**/.docker/config.json', '**/.netrc'],
  });
  const found = files.filter((file) => statSync(at(file)).isFile());
  expect(found.length).toBeGreaterThan(0);
  for (const file of found) expectNowhere(file, readFileSync(at(file), 'latin1'));
}

async function run(...args: string[]) {
  const env = {
    HOME: at('home'),
    TMPDIR: at('tmp'),
    PATH: `${at('bin')}:${process.env.PATH}`,
    STRATA_CACHE_DIR: at('home/cache'),
    STRATA_DATA_DIR: at('home/data'),
    XDG_RUNTIME_DIR: at('home/run'),
    REGISTRY_AUTH_FILE: '',
    DOCKER_CONFIG: at('home/.docker'),
  };
  const { result, seen } = await argumentsDuring(strata([...args, '--verbose'], { env, cwd: at('work') }));
  expectNowhere('the output', result.stdout + result.stderr);
  for (const text of seen) expectNowhere('a process', text);
  expectNoFile();
  return result;
}

/** A file that is pushed and pulled again. */
async function roundTrip(host: string): Promise<void> {
  const reference = `${host}/team/web:v1`;
  for (const args of [
    ['push', at('image.tar'), reference],
    ['pull', reference, '-o', at('work/pulled.tar')],
  ]) {
    const { exitCode, stderr } = await run(...args);
    expect(exitCode, stderr).toBe(0);
  }
}

const auth = (password: string) => Buffer.from(`${USERNAME}:${password}`).toString('base64');

describe('a secret', () => {
  it('that is a password in a file of logins is in nothing that push and pull leave or show', async () => {
    keepSecrets({ auths: { [basic.host]: { auth: auth(SECRETS.password) } } });
    await roundTrip(basic.host);
  });

  it('that is a token for other tokens, or comes from a helper, is neither', async () => {
    keepSecrets({ auths: { [bearer.host]: { identitytoken: SECRETS.identityToken, auth: auth('') } } });
    await roundTrip(bearer.host);
    keepSecrets({ credHelpers: { [bearer.host]: 'kept' } });
    await roundTrip(bearer.host);
  });

  it('is not in what is said where it is refused, or where a helper fails', async () => {
    const reference = `${basic.host}/team/web:v1`;
    for (const config of [
      { auths: { [basic.host]: { auth: auth(SECRETS.helper) } } },
      { credHelpers: { [basic.host]: 'broken' } },
    ]) {
      keepSecrets(config);
      expect((await run('push', at('image.tar'), reference)).exitCode).not.toBe(0);
    }
  });

  it('in the address of a source is not told when there is none', async () => {
    keepSecrets({});
    const url = `http://${USERNAME}:${SECRETS.url}@${basic.host}/packages.git`;
    writeFileSync(
      at('bin/web.strata.json'),
      JSON.stringify({ version: 1, packages: ['jq'], source: { type: 'git', url } }),
    );
    const { exitCode } = await run('plan', at('bin/web.strata.json'));
    expect(exitCode).not.toBe(0);
  });
});
