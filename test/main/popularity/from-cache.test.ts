import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { popularityFromCache } from '../../../src/main/popularity/from-cache.ts';
import { Cancelled } from '../../../src/shared/errors.ts';

const HASHES: Readonly<Record<string, string>> = { app: 'a', tool: 'b', lib: 'c', base: 'd', gone: 'f' };
const nameOf = (name: string) => `${(HASHES[name] ?? '0').repeat(32)}-${name}-1`;
const infoOf = (name: string, ...references: string[]) =>
  `StorePath: /nix/store/${nameOf(name)}\nReferences: ${references.map(nameOf).join(' ')}\n`;

/** app and tool need lib, lib needs base and something that the cache has lost. */
const CACHE: Readonly<Record<string, string>> = {
  app: infoOf('app', 'lib', 'base', 'app'),
  tool: infoOf('tool', 'lib'),
  lib: infoOf('lib', 'base', 'gone'),
  base: infoOf('base'),
};

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-popularity-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const effects = { now: () => 0, random: () => 0, sleep: async () => {} };
const at = (name: string) => join(directory, name);

async function writeCache(files: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(at('cache'), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(at('cache'), `${nameOf(name).slice(0, 32)}.narinfo`), text);
  }
  return at('cache');
}

describe('popularity from a binary cache in a directory', () => {
  it('is counted over all that it lists', async () => {
    const cache = await writeCache(CACHE);
    const count = await popularityFromCache({ cache, stateDirectory: at('state') });

    expect(count).toEqual({
      popularity: { 'base-1': 2, 'lib-1': 2 },
      counted: 4,
      fetched: 4,
      missing: 1,
      unreadable: [],
    });
  });

  it('is counted over the closures of given paths', async () => {
    const cache = await writeCache(CACHE);
    const paths = [`/nix/store/${nameOf('tool')}`];
    const count = await popularityFromCache({ cache: `file://${cache}`, paths, stateDirectory: at('state') });

    expect(count).toMatchObject({ counted: 3, missing: 1 });
  });

  it('passes over files that are damaged or about something else, and says which', async () => {
    const cache = await writeCache({ ...CACHE, lib: infoOf('base'), tool: 'no narinfo' });
    const count = await popularityFromCache({ cache, stateDirectory: at('state') });

    expect(count).toMatchObject({ counted: 2, fetched: 2 });
    expect(count.unreadable).toHaveLength(2);
    expect(count.unreadable.join()).toMatch(/b{32}\.narinfo is not a narinfo file: it names no store path/);
    expect(count.unreadable.join()).toMatch(/c{32}\.narinfo is about another store path/);
    // Repaired files are read by the next crawl.
    await writeCache(CACHE);
    expect(await popularityFromCache({ cache, stateDirectory: at('state') })).toMatchObject({
      counted: 4,
      fetched: 2,
      unreadable: [],
    });
  });

  it('is an error where nothing can be counted', async () => {
    const empty = await writeCache({});
    await expect(popularityFromCache({ cache: empty, stateDirectory: at('state') })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('holds no .narinfo files'),
    });
    const paths = [nameOf('gone')];
    await expect(popularityFromCache({ cache: empty, paths, stateDirectory: at('state') })).rejects.toThrow(
      'has none of the store paths that it was asked for (1)',
    );
  });

  it('says what is wrong with a place that is no cache', async () => {
    await expect(
      popularityFromCache({ cache: at('nowhere'), stateDirectory: at('state') }),
    ).rejects.toMatchObject({
      code: 'file-system',
    });
    await expect(
      popularityFromCache({ cache: 's3://bucket', stateDirectory: at('state') }),
    ).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(
      popularityFromCache({ cache: at(''), paths: ['/etc/passwd'], stateDirectory: at('state') }),
    ).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('popularity from a binary cache behind HTTP', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** Serves the cache; `status` may answer otherwise for the n-th request of a file. */
  async function serve(status: (file: string, time: number) => number = () => 200) {
    const requests: string[] = [];
    server = createServer((request, response) => {
      const file = (request.url ?? '').slice(1).replace('.narinfo', '');
      requests.push(file);
      const name = Object.keys(CACHE).find((each) => nameOf(each).startsWith(file));
      const time = requests.filter((each) => each === file).length;
      const code = name === undefined ? 404 : status(name, time);
      response.writeHead(code).end(code === 200 && name !== undefined ? CACHE[name] : '');
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
  }
  const paths = [nameOf('app'), nameOf('tool')];

  it('needs paths to begin with, and follows their references', async () => {
    const { url, requests } = await serve();

    await expect(popularityFromCache({ cache: url, stateDirectory: at('state') })).rejects.toMatchObject({
      code: 'usage',
      action: { action: 'set-option', option: 'paths' },
    });
    const count = await popularityFromCache({ cache: url, paths, stateDirectory: at('state') });
    expect(count).toMatchObject({ popularity: { 'base-1': 2, 'lib-1': 2 }, counted: 4, missing: 1 });
    expect(requests).toHaveLength(5);
  });

  it('follows redirections, and takes credentials from the address without ever showing them', async () => {
    const { url } = await serve();
    const seen: (string | undefined)[] = [];
    const front = createServer((request, response) => {
      seen.push(request.headers.authorization);
      if (request.headers.authorization === undefined) response.writeHead(401).end();
      else response.writeHead(302, { location: `${url}${(request.url ?? '').slice(1)}` }).end();
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(front.address() as AddressInfo).port}`;
    try {
      const withPassword = {
        cache: `http://someone:pass%20word@${host}`,
        paths,
        stateDirectory: at('state'),
      };
      expect(await popularityFromCache(withPassword)).toMatchObject({ counted: 4, missing: 1 });
      expect(seen[0]).toBe(`Basic ${Buffer.from('someone:pass word').toString('base64')}`);

      const without = { cache: `http://${host}`, paths, stateDirectory: at('other') };
      await expect(popularityFromCache(without)).rejects.toThrow('answers with status 401');
      const list = { cache: `http://someone:pass%20word@${host}`, stateDirectory: at('other') };
      await expect(popularityFromCache(list)).rejects.toThrow(`http://${host} cannot list`);
    } finally {
      front.close();
    }
  });

  it('tries again what fails for a moment', async () => {
    const { url } = await serve((name, time) => (name === 'lib' && time < 3 ? 503 : 200));
    const count = await popularityFromCache({ cache: url, paths, stateDirectory: at('state'), effects });

    expect(count.counted).toBe(4);
  });

  it('goes on where it was stopped, and asks for nothing twice', async () => {
    const { url, requests } = await serve();
    const controller = new AbortController();
    const stopped = popularityFromCache({
      cache: url,
      paths,
      stateDirectory: at('state'),
      concurrency: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toBeInstanceOf(Cancelled);
    const asked = requests.length;
    expect(asked).toBeLessThan(5);

    const count = await popularityFromCache({ cache: url, paths, stateDirectory: at('state') });
    expect(count).toMatchObject({ counted: 4, fetched: 4 - asked });
    // Only what the cache does not have is asked for at every run.
    const again = await popularityFromCache({ cache: url, paths, stateDirectory: at('state') });
    expect(again).toMatchObject({ fetched: 0, missing: 1, popularity: count.popularity });
    expect(requests).toHaveLength(4 + 2);
  });

  it('passes over what a crawl that was killed left half written', async () => {
    const { url } = await serve();
    const state = at('state');
    await popularityFromCache({ cache: url, paths, stateDirectory: state });
    const [file] = await readdir(state);
    const text = await readFile(join(state, file ?? ''), 'utf8');
    await writeFile(join(state, file ?? ''), text.slice(0, -30));

    const count = await popularityFromCache({ cache: url, paths, stateDirectory: state });
    expect(count).toMatchObject({ counted: 4, fetched: 1 });
    expect(await popularityFromCache({ cache: url, paths, stateDirectory: state })).toMatchObject({
      fetched: 0,
    });
  });
});
