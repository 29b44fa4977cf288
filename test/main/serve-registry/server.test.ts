import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Image } from '../../../src/main/assemble/image.ts';
import { requestedParts } from '../../../src/main/serve-registry/byte-ranges.ts';
import { type ImageRequest, sourceOfTag } from '../../../src/main/serve-registry/image-request.ts';
import type { ImagesOnPull } from '../../../src/main/serve-registry/named-images.ts';
import {
  type RegistryServer,
  type RegistryServerOptions,
  startRegistryServer,
} from '../../../src/main/serve-registry/server.ts';
import { Cancelled, StrataError } from '../../../src/shared/errors.ts';
import { builtImage } from '../../support/registry-built-image.ts';
import { makeImage, noise } from '../../support/registry-image.ts';

let directory: string;
let image: Image;
let server: RegistryServer | undefined;
const built: ImageRequest[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-serve-'));
  image = await builtImage(await makeImage([[{ path: 'a', content: noise('served', 100_000) }]]), directory);
  built.length = 0;
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(directory, { recursive: true, force: true });
});

const buildOne: ImagesOnPull['buildImage'] = async (asked) => {
  built.push(asked);
  return image;
};

async function start(
  buildImage: ImagesOnPull['buildImage'] = buildOne,
  { lookUp = async () => {}, ...more }: Partial<RegistryServerOptions & ImagesOnPull> = {},
): Promise<void> {
  server = await startRegistryServer({ onPull: { buildImage, lookUp }, port: 0, ...more });
}

async function get(
  path: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'HEAD' | 'PUT' = 'GET',
) {
  const answer = await request(`http://${server?.address}${path}`, { method, headers });
  const body = Buffer.from(await answer.body.arrayBuffer());
  const { statusCode: status, statusText, headers: answered } = answer;
  return { status, statusText, headers: answered, body, json: () => JSON.parse(String(body)) };
}

/** Many turns of the event loop: however slow the machine, what came over the loopback device is read by then. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await delay(5);
}

describe('a registry that builds what is pulled', () => {
  it('takes each part of the repository for a package and the tag for a revision', async () => {
    await start();
    expect((await get('/v2/')).status).toBe(200);
    const { status, headers, body } = await get(
      '/v2/shell/python3packages.requests/htop/manifests/nixos-25.11',
    );
    expect(status).toBe(200);
    expect(built).toEqual([{ names: ['shell', 'python3packages.requests', 'htop'], tag: 'nixos-25.11' }]);
    expect(body).toEqual(image.manifest.bytes);
    expect(headers).toMatchObject({
      'content-type': image.manifest.descriptor.mediaType,
      'docker-content-digest': image.manifest.descriptor.digest,
      'docker-distribution-api-version': 'registry/2.0',
    });
  });

  it('gives manifests and blobs by digest, whole, in part, and without their bytes', async () => {
    await start();
    const { digest, size } = image.layers[0]?.descriptor ?? image.config.descriptor;
    expect((await get(`/v2/a/blobs/${digest}`)).status).toBe(404);
    await get('/v2/a/manifests/latest');
    expect((await get(`/v2/a/manifests/${image.manifest.descriptor.digest}`)).body).toEqual(
      image.manifest.bytes,
    );
    expect((await get(`/v2/a/blobs/${image.config.descriptor.digest}`)).body).toEqual(image.config.bytes);
    const whole = await get(`/v2/a/blobs/${digest}`);
    expect(whole.body).toHaveLength(size);
    const part = await get(`/v2/a/blobs/${digest}`, { range: 'bytes=100-299' });
    expect(part).toMatchObject({ status: 206, headers: { 'content-range': `bytes 100-299/${size}` } });
    expect(part.body).toEqual(whole.body.subarray(100, 300));
    expect((await get(`/v2/a/blobs/${digest}`)).headers['cache-control']).toContain('immutable');
    const head = await get(`/v2/a/blobs/${digest}`, {}, 'HEAD');
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': String(size) } });
    expect(head.body).toHaveLength(0);
    expect((await get(`/v2/a/blobs/${digest}`, { range: `bytes=${size}-` })).status).toBe(416);
  });

  it('gives several parts at once, in the order asked for', async () => {
    await start();
    const { digest, size } = image.layers[0]?.descriptor ?? image.config.descriptor;
    await get('/v2/a/manifests/latest');
    const whole = (await get(`/v2/a/blobs/${digest}`)).body;
    const answer = await fetch(`http://${server?.address}/v2/a/blobs/${digest}`, {
      headers: { range: 'bytes=500-599, 0-9,-20' },
    });
    const type = answer.headers.get('content-type') ?? '';
    expect([answer.status, type]).toEqual([206, expect.stringMatching(/^multipart\/byteranges; boundary=/)]);
    const body = Buffer.from(await answer.arrayBuffer());
    expect(Number(answer.headers.get('content-length'))).toBe(body.length);
    const [before, ...parts] = body.toString('latin1').split(`--${type.split('boundary=')[1]}`);
    expect([before, parts.pop()]).toEqual(['', '--\r\n']);
    const expected = [
      [500, 600],
      [0, 10],
      [size - 20, size],
    ] as const;
    for (const [index, [from, to]] of expected.entries()) {
      const [head, content] = parts[index]?.split('\r\n\r\n') ?? [];
      expect(head).toContain(`Content-Range: bytes ${from}-${to - 1}/${size}`);
      expect(content).toBe(`${whole.subarray(from, to).toString('latin1')}\r\n`);
    }
  });

  it('lets nobody keep what a tag stands for', async () => {
    await start();
    expect((await get('/v2/a/manifests/latest')).headers['cache-control']).toBe('no-cache');
    const { digest } = image.manifest.descriptor;
    expect((await get(`/v2/a/manifests/${digest}`)).headers['cache-control']).toContain('immutable');
  });

  it('tells a failure again instead of building again, but for one that may pass', async () => {
    let builds = 0;
    let code: 'build-failed' | 'network' = 'build-failed';
    await start(async () => {
      builds += 1;
      throw new StrataError(code, 'The build failed.');
    });
    for (let time = 0; time < 4; time += 1) expect((await get('/v2/a/manifests/latest')).status).toBe(400);
    expect(builds).toBe(1);
    code = 'network';
    for (let time = 0; time < 2; time += 1) expect((await get('/v2/b/manifests/latest')).status).toBe(503);
    expect(builds).toBe(3);
  });

  it('builds what failed anew when that was a while ago', async () => {
    let builds = 0;
    await start(
      async () => {
        builds += 1;
        throw new StrataError('build-failed', 'The build failed.');
      },
      { failedMs: 0 },
    );
    for (let time = 0; time < 2; time += 1) await get('/v2/a/manifests/latest');
    expect(builds).toBe(2);
  });

  it('builds once for ten clients at once, and for HEAD and GET', async () => {
    await start(async (asked) => {
      await delay(100);
      return buildOne(asked, new AbortController().signal);
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => get('/v2/a/b/manifests/latest')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    await get('/v2/a/b/manifests/latest', {}, 'HEAD');
    expect(built).toHaveLength(1);
    await get('/v2/b/a/manifests/latest');
    expect(built).toHaveLength(2);
  });

  it('looks a tag up anew when its image is no longer fresh', async () => {
    await start(buildOne, { freshMs: 0 });
    await get('/v2/a/manifests/latest');
    await delay(5);
    await get('/v2/a/manifests/latest');
    expect(built).toHaveLength(2);
  });

  it('stops a build that nobody waits for any more, and only then', async () => {
    let stopped = 0;
    await start(async (_, signal) => {
      await delay(60_000, undefined, { signal }).catch(() => {
        stopped += 1;
      });
      throw new Cancelled();
    });
    const [one, other] = [new AbortController(), new AbortController()];
    const address = `http://${server?.address}/v2/a/manifests/latest`;
    const pulls = [one, other].map(({ signal }) => request(address, { signal }).catch(() => 'gone'));
    await turns();
    one.abort();
    await turns();
    expect(stopped).toBe(0);
    other.abort();
    await expect.poll(() => stopped, { timeout: 20_000 }).toBe(1);
    expect(await Promise.all(pulls)).toEqual(['gone', 'gone']);
  });

  it('ends a build that takes too long, which would take as long again', async () => {
    await start(
      async (_, signal) => {
        await delay(60_000, undefined, { signal });
        return image;
      },
      { buildTimeoutMs: 50 },
    );
    const { status, json } = await get('/v2/a/manifests/latest');
    expect(status).toBe(400);
    expect(json().errors[0].message).toContain('longer than 0.05 s');
  });

  it('serves an image under a name of its own', async () => {
    await start(buildOne, {
      async lookUp({ names }) {
        if (!names.includes('team')) return;
        throw new StrataError('unknown-package', 'There is no team.');
      },
    });
    expect(server?.serveImage('team/web', '1', image)).toBe(`${server?.address}/team/web:1`);
    expect((await get('/v2/team/web/manifests/1')).body).toEqual(image.manifest.bytes);
    expect((await get('/v2/team/web/tags/list')).json()).toEqual({ name: 'team/web', tags: ['1'] });
    expect((await get('/v2/a/b/tags/list')).json()).toEqual({ name: 'a/b', tags: ['latest'] });
    const missing = await get('/v2/team/tags/list');
    expect([missing.status, missing.json().errors[0].code]).toEqual([404, 'NAME_UNKNOWN']);
    expect(built).toEqual([]);
  });

  it.each([65_536, 99_999])('says that %i is no port', async (port) => {
    await expect(start(buildOne, { port })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`Port ${port} cannot be listened on`),
    });
  });

  it('says which port is taken', async () => {
    await start();
    const port = Number(server?.address.split(':')[1]);
    await expect(startRegistryServer({ port })).rejects.toMatchObject({
      message: `Port ${port} cannot be listened on (EADDRINUSE).`,
    });
  });

  it('breaks off a blob that is damaged rather than give it whole, and says so to its log', async () => {
    const bugs: unknown[] = [];
    await start(buildOne, { onBug: (error) => bugs.push(error) });
    await get('/v2/a/manifests/latest');
    const [layer] = image.layers;
    await writeFile(layer?.file ?? '', Buffer.alloc(layer?.descriptor.size ?? 0));
    await expect(get(`/v2/a/blobs/${layer?.descriptor.digest}`)).rejects.toThrow();
    expect(bugs).toEqual([expect.objectContaining({ code: 'corrupt-blob' })]);
  });
});

describe('a refusal', () => {
  it.each([
    ['unknown-package', 400, 'MANIFEST_UNKNOWN'],
    ['build-failed', 400, 'MANIFEST_UNKNOWN'],
    ['unfree-package', 400, 'MANIFEST_UNKNOWN'],
    ['disk-full', 503, 'UNAVAILABLE'],
  ] as const)('for %s has status %i and says why', async (code, status, registryCode) => {
    const details = { names: ['nope', 'neither'] };
    await start(async () => {
      throw new StrataError(code, 'There is no nope\nand no neither – none.', {
        hint: 'Did you mean yes?',
        details,
      });
    });
    const answer = await get('/v2/nope/neither/manifests/latest');
    expect(answer.status).toBe(status);
    // All that is seen of an answer to HEAD.
    expect(await get('/v2/nope/neither/manifests/latest', {}, 'HEAD')).toMatchObject({
      status,
      statusText: 'There is no nope and no neither ? none. Did you mean yes?',
    });
    expect(answer.json().errors[0]).toMatchObject({
      code: registryCode,
      message: 'There is no nope\nand no neither – none. Did you mean yes?',
    });
  });

  it('tells no secrets of a bug', async () => {
    const seen: unknown[] = [];
    await start(
      async () => {
        throw new Error('/home/ada/.secret: undefined is not a function');
      },
      { onAsked: ({ error }) => seen.push(error) },
    );
    const { status, body } = await get('/v2/a/manifests/latest');
    expect(status).toBe(500);
    expect(String(body)).not.toContain('secret');
    expect(String(seen[0])).toContain('secret');
  });

  it('is what writes, strange paths, web pages and foreign hosts get', async () => {
    await start();
    expect((await get('/v2/a/manifests/latest', {}, 'PUT')).status).toBe(405);
    for (const path of [
      '/',
      '/v2',
      '/v2/a',
      '/v2/A/manifests/x',
      '/v2/a/blobs/sha256:1',
      '/v2/../etc/passwd',
      '//',
    ]) {
      expect((await get(path)).status, path).toBe(404);
    }
    expect((await get('/v2/a/manifests/latest', { origin: 'https://example.org' })).status).toBe(403);
    expect((await get('/v2/a/manifests/latest', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await get('/v2/a/manifests/latest', { host: 'rebound.example:80' })).status).toBe(403);
    expect(built).toEqual([]);
  });
});

describe('sourceOfTag', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  it('takes latest for the source that the server was given', () => {
    expect(sourceOfTag('latest', { type: 'starter' })).toEqual({ type: 'starter' });
  });

  it('takes other tags for revisions of it', () => {
    expect(sourceOfTag(commit, { type: 'auto' })).toEqual({ type: 'nixpkgs', commit });
    expect(sourceOfTag('nixos-25.11', { type: 'nixpkgs' })).toEqual({
      type: 'nixpkgs',
      channel: 'nixos-25.11',
    });
    const git = { type: 'git', url: 'https://host/set' } as const;
    expect(sourceOfTag(commit, git)).toEqual({ ...git, rev: commit });
    expect(sourceOfTag('v1', git)).toEqual({ ...git, ref: 'v1' });
  });

  it('refuses those that can be none', () => {
    expect(() => sourceOfTag('1.0', { type: 'auto' })).toThrow('no revision 1.0');
    expect(() => sourceOfTag(commit, { type: 'starter' })).toThrow('no revision');
  });
});

describe('requestedParts', () => {
  it.each([
    [undefined, undefined],
    ['bytes=0-9', [{ start: 0, end: 10 }]],
    ['bytes=90-', [{ start: 90, end: 100 }]],
    ['bytes=90-500', [{ start: 90, end: 100 }]],
    ['bytes=-10', [{ start: 90, end: 100 }]],
    ['bytes=-500', [{ start: 0, end: 100 }]],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-5', undefined],
    ['bytes=-', undefined],
    [
      'bytes=3-4, 0-1',
      [
        { start: 3, end: 5 },
        { start: 0, end: 2 },
      ],
    ],
    ['bytes=0-1,200-300', [{ start: 0, end: 2 }]],
    ['bytes=200-300,400-', 'unsatisfiable'],
    ['bytes=0-1,x', undefined],
    // More than the whole has.
    ['bytes=0-99,0-', undefined],
    [`bytes=${Array(2000).fill('0-0').join(',')}`, undefined],
    ['lines=0-1', undefined],
  ])('reads %s of 100 bytes', (header, expected) => {
    expect(requestedParts(header, 100)).toEqual(expected);
  });
});
