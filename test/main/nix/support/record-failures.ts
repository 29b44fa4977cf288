import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';

/**
 * Records what the Nix of this machine says where things fail, as JSON on standard output, for
 * test/fixtures/nix/failures/VERSION.json: `node record-failures.ts > 2.26.json`, as root, in a Debian root that can be
 * thrown away, as it builds in the machine's own store.
 */

interface Recording {
  readonly program: string;
  readonly exitCode: number;
  /** The lines of --log-format internal-json that say something: messages, builds, their logs. */
  readonly lines: readonly string[];
}

const PLACE = '/tmp/packages';
const CACHE = '/tmp/binary-cache';

const recordings: Record<string, Recording> = {};

async function record(name: string, program: string, args: readonly string[]): Promise<void> {
  const { stderr, exitCode = -1 } = await execa(
    program,
    [
      ...args,
      '--log-format',
      'internal-json',
      '-v',
      '--option',
      'sandbox',
      'false',
      '--option',
      'download-attempts',
      '1',
    ],
    {
      reject: false,
      stdin: 'ignore',
      env: { LC_ALL: 'C.UTF-8', NIX_CONFIG: 'build-users-group =' },
      timeout: 60_000,
    },
  );
  if (exitCode === 0) throw new Error(`${name} did not fail`);
  // The port is another each time.
  const started = new Set<unknown>();
  const lines = stderr
    .replaceAll(server.url, 'http://server.example')
    .split('\n')
    .filter((line) => says(line, started));
  recordings[name] = { program, exitCode, lines };
}

/** What the tests look at: messages, the logs and ends of builds, and which binary caches were asked. */
function says(line: string, started: Set<unknown>): boolean {
  if (!line.startsWith('@nix ')) return line !== '';
  const { action, type, level, id, fields } = JSON.parse(line.slice(5)) as Record<string, unknown>;
  if (action === 'msg') return typeof level === 'number' && level <= 3;
  if (action === 'stop') return started.has(id);
  if (action === 'result') return type === 101;
  const isTold =
    [100, 105, 108, 109].includes(Number(type)) ||
    (type === 101 && /\.narinfo|\/nar\//.test(JSON.stringify(fields)));
  if (isTold) started.add(id);
  return isTold;
}

/** Serves a whole file, one that breaks off, and the binary cache at the address of each way to break it. */
async function serve() {
  const whole = gzipSync('whole');
  let breakage: Breakage = {};
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/whole.tar.gz') return response.end(whole);
    if (path === '/partial.tar.gz') {
      response.writeHead(200, { 'content-length': 10_000 });
      response.write(whole, () => response.destroy());
      return;
    }
    const bytes = await readFile(join(CACHE, path)).catch(() => undefined);
    if (bytes === undefined) return response.writeHead(404).end();
    if (breakage.status?.pattern.test(path)) return response.writeHead(breakage.status.code).end();
    if (path.endsWith('.narinfo')) return response.end(breakage.narinfo?.(bytes.toString()) ?? bytes);
    if (path === '/nix-cache-info') return response.end(breakage.info ?? bytes);
    const nar = path.includes('/nar/') ? (breakage.nar ?? 'good') : 'good';
    if (nar === 'missing') return response.writeHead(404).end();
    if (nar === 'garbage') return response.end(Buffer.alloc(bytes.length, 'x'));
    if (nar === 'good') return response.end(bytes);
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    return;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakWith: (next: Breakage) => {
      breakage = next;
    },
    close: () => server.close(),
  };
}

interface Breakage {
  /** What is answered where the path fits. */
  readonly status?: { readonly pattern: RegExp; readonly code: number };
  readonly narinfo?: (text: string) => string;
  readonly info?: string;
  readonly nar?: 'missing' | 'garbage' | 'partial';
}

await rm(PLACE, { recursive: true, force: true });
await cp(join(import.meta.dirname, '../../../fixtures/nix/failures'), PLACE, { recursive: true });
const keys = await mkdtemp('/tmp/keys-');
const server = await serve();
const file = join(PLACE, 'default.nix');
const attribute = (name: string) => [file, '--argstr', 'server', server.url, '-A', name];

const noCache = ['--option', 'substituters', ''];
for (const name of [
  'gunicorn',
  'no-output',
  'killed',
  'cycle',
  'forbidden',
  'other-system',
  'other-feature',
  'hash-mismatch',
  'fetch-mismatch',
  'fetch-unreachable',
  'fetch-missing',
  'fetch-partial',
]) {
  await record(name, 'nix-build', [...attribute(name), '--no-out-link', ...noCache]);
}
await record('time-out', 'nix-build', [
  ...attribute('slow'),
  '--no-out-link',
  ...noCache,
  '--option',
  'timeout',
  '2',
]);
await record('silence', 'nix-build', [
  ...attribute('slow'),
  '--no-out-link',
  ...noCache,
  '--option',
  'max-silent-time',
  '2',
]);

for (const name of [
  'throws',
  'asserts',
  'recursion',
  'missing-attribute',
  'not-a-string',
  'not-called',
  'undefined',
  'syntax',
  'no-file',
  'deep',
  'from-unreachable',
  'from-missing',
  'from-mismatch',
  'from-tree',
]) {
  await record(name, 'nix-instantiate', [
    '--eval',
    '--strict',
    '--json',
    '--show-trace',
    ...attribute(`${name}.drvPath`),
  ]);
}

// A binary cache with one package, signed; then the package is taken out of the store.
await rm(CACHE, { recursive: true, force: true });
const nix = ['--extra-experimental-features', 'nix-command'];
const env = { NIX_CONFIG: 'build-users-group =\nsandbox = false\nsubstituters =' };
const { stdout: cached } = await execa('nix-build', [...attribute('cached'), '--no-out-link'], { env });
const { stdout: needing } = await execa('nix-build', [...attribute('needs-cached'), '--no-out-link'], {
  env,
});
for (const key of ['right', 'other'])
  await execa('nix-store', [
    '--generate-binary-cache-key',
    `${key}-1`,
    join(keys, key),
    join(keys, `${key}.pub`),
  ]);
await execa(
  'nix',
  [...nix, 'copy', '--to', `file://${CACHE}?secret-key=${join(keys, 'right')}&compression=gzip`, needing],
  { env },
);
const forget = () =>
  execa('nix-store', ['--delete', '--ignore-liveness', needing, cached], { env, reject: false }).then(() =>
    rm('/root/.cache/nix', { recursive: true, force: true }),
  );
const trusted = (key: string) => ['--option', 'trusted-public-keys', key];
const right = (await readFile(join(keys, 'right.pub'), 'utf8')).trim();
const other = (await readFile(join(keys, 'other.pub'), 'utf8')).trim();
const field = (name: string, value: string) => (text: string) =>
  text.replace(new RegExp(`^${name}: .*$`, 'm'), `${name}: ${value}`);
const wrongHash = `sha256:${'0'.repeat(52)}`;

const breakages: readonly (readonly [string, Breakage, readonly string[]])[] = [
  ['nar-other', { narinfo: field('NarHash', wrongHash) }, ['--option', 'require-sigs', 'false']],
  ['nar-missing', { nar: 'missing' }, trusted(right)],
  ['nar-error', { status: { pattern: /\/nar\//, code: 500 } }, trusted(right)],
  ['narinfo-error', { status: { pattern: /\.narinfo$/, code: 500 } }, trusted(right)],
  ['password', { status: { pattern: /^\//, code: 401 } }, trusted(right)],
  ['nar-partial', { nar: 'partial' }, trusted(right)],
  ['nar-garbage', { nar: 'garbage' }, trusted(right)],
  ['narinfo-garbage', { narinfo: () => 'what is this' }, trusted(right)],
  ['unsigned', { narinfo: (text) => text.replace(/^Sig: .*\n/m, '') }, trusted(right)],
  ['signed-by-another', {}, trusted(other)],
  ['signature-malformed', { narinfo: field('Sig', 'nonsense') }, trusted(right)],
  ['signature-not-base64', { narinfo: field('Sig', 'right-1:%%%') }, trusted(right)],
  ['signature-too-short', { narinfo: field('Sig', 'right-1:AAAA') }, trusted(right)],
  ['signature-of-other-content', { narinfo: field('NarHash', wrongHash) }, trusted(right)],
  ['key-malformed', {}, trusted('nonsense')],
  ['key-not-base64', {}, trusted('right-1:%%%')],
  ['key-too-short', {}, trusted('right-1:AAAA')],
  ['cache-of-another-store', { info: 'StoreDir: /other/store\n' }, trusted(right)],
];
for (const [name, breakage, args] of breakages) {
  server.breakWith(breakage);
  const cache = ['--option', 'substituters', server.url, ...args];
  await forget();
  // As a path to be had, which nothing here can build; and as a package, which could be built.
  await record(`${name}, path`, 'nix-store', ['--realise', cached, ...cache]).catch(notFailed);
  await forget();
  await record(`${name}, package`, 'nix-build', [...attribute('cached'), '--no-out-link', ...cache]).catch(
    notFailed,
  );
  await forget();
  await record(`${name}, needed`, 'nix-build', [
    ...attribute('needs-cached'),
    '--no-out-link',
    ...cache,
  ]).catch(notFailed);
  await forget();
  await record(`${name}, copied`, 'nix', ['copy', ...nix, '--from', server.url, cached, ...args]).catch(
    notFailed,
  );
}
server.breakWith({});
await forget();
await record('cache-unreachable, path', 'nix-store', [
  '--realise',
  cached,
  '--option',
  'substituters',
  'http://127.0.0.1:9',
]).catch(notFailed);

const flakes = ['--extra-experimental-features', 'nix-command flakes'];
const flake = async (name: string, files: Record<string, string>) => {
  const directory = join('/tmp/flakes', name);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(directory, path), text);
  await record(`flake-${name}`, 'nix', [
    'flake',
    'metadata',
    `path:${directory}`,
    '--json',
    '--show-trace',
    '--no-write-lock-file',
    ...flakes,
  ]);
};
await flake('syntax', { 'flake.nix': '{\n  outputs = { self }: {\n    packages = 1\n  };\n}\n' });
await flake('absent', { 'default.nix': '{ }' });
await flake('no-outputs', { 'flake.nix': '{ description = "x"; }' });
await flake('not-constant', { 'flake.nix': '{ description = "a" + "b"; outputs = _: { }; }' });
await flake('input-missing', {
  'flake.nix': '{ inputs.other.url = "path:/tmp/flakes/nowhere"; outputs = _: { }; }',
});
await flake('input-unreachable', {
  'flake.nix': '{ inputs.other.url = "http://127.0.0.1:9/x.tar.gz"; outputs = _: { }; }',
});
await record('flake-nowhere', 'nix', [
  'flake',
  'metadata',
  'path:/tmp/flakes/nowhere',
  '--json',
  '--show-trace',
  ...flakes,
]);
await record('flake-unknown-scheme', 'nix', [
  'flake',
  'metadata',
  'strange:thing',
  '--json',
  '--show-trace',
  ...flakes,
]);

server.close();
await rm(keys, { recursive: true, force: true });
console.log(JSON.stringify(recordings, null, 1));

function notFailed(error: Error): void {
  if (!error.message.endsWith('did not fail')) throw error;
  console.error(error.message);
}
