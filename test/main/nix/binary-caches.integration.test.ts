import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { packageClosures } from '../../../src/main/catalog/package-closures.ts';
import { type BuildState, EMPTY_BUILD_STATE, reduceBuild } from '../../../src/main/nix/build-state.ts';
import { composeSelection } from '../../../src/main/nix/compose-selection.ts';
import { openSource } from '../../../src/main/nix/open-source.ts';
import type { NixSetting } from '../../../src/main/nix/settings.ts';
import { substitutersOf } from '../../../src/main/nix/substituters.ts';
import { type Fault, type FileServer, fileServer } from './support/file-server.ts';
import { FIXTURE_SET, type IsolatedNix, isolatedNix } from './support/isolated-nix.ts';

const PASSWORD = 'open-sesame';

let nix: IsolatedNix;
let publicKey: string;
/** The directory of a cache: `world`, `hello` and `libc`, one needing the next, signed. */
let cache: string;
const servers: FileServer[] = [];

beforeAll(async () => {
  nix = await isolatedNix();
  const { packages } = await compose([]);
  cache = join(nix.directory, 'binary-cache');
  const secretKey = join(nix.directory, 'secret-key');
  const nixCommand = (args: readonly string[], input = '') =>
    execa('nix', args, {
      env: { ...nix.env, NIX_CONFIG: `${nix.env.NIX_CONFIG}\nextra-experimental-features = nix-command` },
      extendEnv: false,
      input,
    });
  const key = await nixCommand(['key', 'generate-secret', '--key-name', 'test-1']);
  await writeFile(secretKey, key.stdout, { mode: 0o600 });
  publicKey = (await nixCommand(['key', 'convert-secret-to-public'], key.stdout)).stdout;
  const paths = packages.map(({ storePath }) => storePath);
  await nixCommand(['copy', '--to', `file://${cache}?secret-key=${secretKey}`, ...paths]);
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await nix.remove();
});
beforeEach(forget);

/** Nothing is built or known any more; store paths keep their names. */
async function forget(): Promise<void> {
  for (const name of ['store', 'var', 'cache/gcroots', 'home/.cache']) {
    const directory = join(nix.directory, name);
    if (!existsSync(directory)) continue;
    await execa('chmod', ['-R', 'u+w', directory]);
    await rm(directory, { recursive: true });
  }
}

async function serve(...[directory, options]: Parameters<typeof fileServer>): Promise<FileServer> {
  const server = await fileServer(directory, options);
  servers.push(server);
  return server;
}

function requestWith(options: readonly NixSetting[]) {
  return {
    source: { type: 'path', path: FIXTURE_SET },
    importArguments: {},
    nix: { options },
  } as const;
}

function asking(url: string, ...more: readonly NixSetting[]): readonly NixSetting[] {
  return [['substituters', url], ['trusted-public-keys', publicKey], ...more];
}

async function compose(options: readonly NixSetting[]) {
  const said: string[] = [];
  let state: BuildState = EMPTY_BUILD_STATE;
  const composed = await composeSelection(
    { ...requestWith(options), packages: ['world'], defaults: { cacert: false, ianaEtc: false } },
    {
      cacheDirectory: nix.cacheDirectory,
      env: nix.env,
      onEvent: (event) => {
        said.push(JSON.stringify(event));
        state = reduceBuild(state, [{ event, at: said.length }]);
      },
    },
  );
  const from = new Set(Object.values(state.downloads).map((download) => download.from));
  return { ...composed, state, said: said.join('\n'), from: [...from] };
}

async function costOfWorld(options: readonly NixSetting[]) {
  const source = await openSource(requestWith(options), { cacheDirectory: nix.cacheDirectory, env: nix.env });
  const [cost] = await packageClosures(source, {
    names: ['world'],
    importArguments: {},
    substituters: substitutersOf(source),
  });
  return cost?.known ? { ...cost, paths: cost.paths.size } : cost;
}

describe('a cache that asks for a password', () => {
  test('takes it from the address, and nobody is shown it', async () => {
    const server = await serve(cache, { credentials: `me:${PASSWORD}` });
    const options = asking(server.url.replace('//', `//me:${PASSWORD}@`));

    expect(await costOfWorld(options)).toMatchObject({ known: true, paths: 3, from: server.url });
    const { from, said } = await compose(options);
    expect(from).toEqual([server.url]);
    expect(said).not.toContain(PASSWORD);
  });

  test('takes it from the netrc file', async () => {
    const server = await serve(cache, { credentials: `me:${PASSWORD}` });
    const netrc = join(nix.directory, 'netrc');
    await writeFile(netrc, `machine 127.0.0.1 login me password ${PASSWORD}\n`, { mode: 0o600 });
    const options = asking(server.url, ['netrc-file', netrc]);

    expect(await costOfWorld(options)).toMatchObject({ known: true, paths: 3, from: server.url });
    const { from, said } = await compose(options);
    expect(from).toEqual([server.url]);
    expect(said).not.toContain(PASSWORD);
  });
});

describe('several caches', () => {
  test('are asked by their priority, and what is taken says from where', async () => {
    const late = await serve(cache, { priority: 50 });
    const early = await serve(cache, { priority: 10 });
    const { from } = await compose(asking(`${late.url} ${early.url}`));
    expect(from).toEqual([early.url]);
    expect(late.requests.filter((path) => path.startsWith('/nar/'))).toEqual([]);
  });

  test('are those of `extra-substituters` too, also when a size is asked for', async () => {
    const server = await serve(cache);
    const options = asking('', ['extra-substituters', server.url]);
    expect(await costOfWorld(options)).toMatchObject({ known: true, from: server.url });
    expect((await compose(options)).from).toEqual([server.url]);
  });
});

describe('a cache with a fault', () => {
  const isNar = (path: string) => path.startsWith('/nar/');
  const breakOff = (path: string): Fault | undefined => (isNar(path) ? { type: 'break-off' } : undefined);
  const answer =
    (code: number, is = isNar) =>
    (path: string): Fault | undefined =>
      is(path) ? { type: 'status', code } : undefined;
  const signature =
    (text: string) =>
    (path: string): Fault | undefined =>
      path.endsWith('.narinfo')
        ? { type: 'text', change: (info) => info.replace(/^Sig: .*$/m, `Sig: ${text}`) }
        : undefined;
  const ONCE = ['download-attempts', '1'] as const;
  const builtHere = ({ derivations }: BuildState) =>
    Object.values(derivations).filter(({ derivation }) => !derivation.includes('strata-runtime-graph'))
      .length;
  const states = ({ downloads }: BuildState) => new Set(Object.values(downloads).map(({ state }) => state));

  const warnings = ({ messages }: BuildState) =>
    messages.filter(({ level }) => level === 'warning').map(({ text }) => text);

  test('that breaks off is asked for the rest', async () => {
    const server = await serve(cache, { fault: breakOff });
    const { from, said, state } = await compose(asking(server.url));
    expect(from).toEqual([server.url]);
    expect(said).toContain('retrying from offset');
    expect(builtHere(state)).toBe(0);
  });

  test('that breaks off for good gives way to the next', async () => {
    const broken = await serve(cache, { fault: breakOff, priority: 10 });
    const whole = await serve(cache, { priority: 20 });
    const { from, state } = await compose(asking(`${broken.url} ${whole.url}`, ONCE));
    expect(from).toEqual([whole.url]);
    expect(states(state)).toEqual(new Set(['done']));
    expect(broken.requests.filter(isNar)).toHaveLength(3);
    expect(builtHere(state)).toBe(0);
  });

  test.each([
    ['breaks off', breakOff, 'the transfer broke off before the end'],
    ['answers with an error', answer(500), 'HTTP error 500'],
    ['is overloaded', answer(503), 'HTTP error 503'],
  ])('that %s: which path, which cache, and what to do; then it is built instead', async (_, fault, why) => {
    const server = await serve(cache, { fault });
    await expect(compose(asking(server.url, ONCE))).rejects.toMatchObject({
      code: 'network',
      message: `world (world-1.0) needs libc-1.0, which could not be had from ${server.url}: ${why}.`,
      action: { action: 'set-nix-option', name: 'fallback', value: 'true' },
    });
    const { state } = await compose(asking(server.url, ONCE, ['fallback', 'true']));
    expect(builtHere(state)).toBe(3);
    expect(warnings(state)).toEqual([
      expect.stringContaining(`${server.url} does not give what it offers, such as libc-1.0: ${why}.`),
    ]);
  });

  // Nix does not ask before it builds then, nor tell one status from the other.
  test.each([403, 404])(
    'that has not got what it lists, status %s: it is told once, and built',
    async (code) => {
      const server = await serve(cache, { fault: answer(code) });
      const { state } = await compose(asking(server.url));
      expect(builtHere(state)).toBe(3);
      expect(warnings(state)).toEqual([
        expect.stringMatching(
          `^warning: ${server.url} does not give what it offers, such as libc-1\\.0: its file nar/\\S+ is missing there, or may not be read\\.`,
        ),
      ]);
    },
  );

  test('that has not got what it lists gives way to the next, and that is told', async () => {
    const lacking = await serve(cache, { fault: answer(404), priority: 10 });
    const whole = await serve(cache, { priority: 20 });
    const { from, state } = await compose(asking(`${lacking.url} ${whole.url}`));
    expect(from).toEqual([whole.url]);
    expect(warnings(state)).toEqual([
      expect.stringContaining(`${lacking.url} does not give what it offers, such as libc-1.0`),
    ]);
  });

  test('that fails when it is asked what it has', async () => {
    const server = await serve(cache, { fault: answer(500, (path) => path.endsWith('.narinfo')) });
    await expect(compose(asking(server.url, ONCE))).rejects.toMatchObject({
      code: 'network',
      message: `world-1.0 could not be had from ${server.url}: HTTP error 500.`,
      hint: expect.stringContaining('built instead'),
    });
  });

  test('that dies midway is gone on with where it was, once it is back', async () => {
    // The first path has come whole, the second does not.
    let given = 0;
    const server = await serve(cache, {
      fault: (path) => (isNar(path) && given++ > 0 ? { type: 'status', code: 500 } : undefined),
    });
    await expect(compose(asking(server.url, ONCE))).rejects.toMatchObject({
      message: expect.stringContaining('needs hello-1.0, which could not be had'),
    });
    const again = await serve(cache);
    const { from, state } = await compose(asking(again.url));
    expect(from).toEqual([again.url]);
    expect(again.requests.filter(isNar)).toHaveLength(2);
    expect(builtHere(state)).toBe(0);
  });

  test.each([
    ['of another key', `other-1:${'A'.repeat(86)}==`],
    ['of other content', `test-1:${'A'.repeat(86)}==`],
  ])('in its signatures, which are %s: it is told once, and what is there is built', async (_, text) => {
    const server = await serve(cache, { fault: signature(text) });
    const { state, said } = await compose(asking(server.url));
    expect(builtHere(state)).toBe(3);
    expect(server.requests.filter(isNar)).toEqual([]);
    expect(
      said.split(`${server.url}: what no key in trusted-public-keys has signed is not taken`),
    ).toHaveLength(2);
  });

  test('in its signatures gives way to the next', async () => {
    const unsigned = await serve(cache, { fault: signature(`other-1:${'A'.repeat(86)}==`), priority: 10 });
    const whole = await serve(cache, { priority: 20 });
    const { from, state } = await compose(asking(`${unsigned.url} ${whole.url}`));
    expect(from).toEqual([whole.url]);
    expect(builtHere(state)).toBe(0);
  });

  test('in its signatures that are none: which path, which cache', async () => {
    const server = await serve(cache, { fault: signature('test-1:AAAA') });
    await expect(compose(asking(server.url))).rejects.toMatchObject({
      code: 'nix-failed',
      message: expect.stringMatching(
        /^The signature of (?:(?:world|hello|libc)-1\.0(?: or (?! ))?){3} in http\S+ is malformed\.$/,
      ),
      hint: expect.stringContaining('substituters'),
    });
  });

  test('that asks for a password which Nix does not have is left out, and that is said', async () => {
    const server = await serve(cache, { credentials: `me:${PASSWORD}` });
    const { state, said } = await compose(asking(server.url));
    expect(builtHere(state)).toBe(3);
    expect(said).toMatch(/is left out.*netrc-file/);
  });
});
