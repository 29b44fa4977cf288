import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';

/**
 * Records what the Nix of this machine says while it fetches from binary caches that give everything or break off, for
 * test/fixtures/nix/internal-json: `node record-downloads.ts DIRECTORY 2.26`, as root, in a Debian root that can be thrown
 * away, as it works on the machine's own store.
 */

const [, , target, version] = process.argv;
if (target === undefined || version === undefined) throw new Error('DIRECTORY VERSION');

const CACHE = '/tmp/downloads-cache';
/** `app` needs `lib`, `small` nothing. Bytes that do not compress, the same each time. */
const PACKAGES = `
let
  make = name: deps: kib: derivation {
    inherit name;
    system = builtins.currentSystem;
    builder = "/bin/sh";
    PATH = "/usr/bin:/bin";
    args = [ "-c" ''
      openssl enc -aes-128-ctr -pass pass:x -nosalt -pbkdf2 < /dev/zero 2> /dev/null | head -c \${toString (kib * 1024)} > $out
      echo \${toString deps} >> $out
      exit 0'' ];
  };
in rec { lib = make "lib-1.0" [ ] 4000; app = make "app-1.0" [ lib ] 1; small = make "small-1.0" [ ] 300; }
`;
const OPTIONS = ['--option', 'sandbox', 'false', '--option', 'build-users-group', ''];
const COMMAND = ['--extra-experimental-features', 'nix-command'];

const PIECE = 256 * 1024;

/** The cache, piece by piece as over a network; with a part, it breaks off after so much of what is not tiny. */
async function serve(part: number) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const bytes = await readFile(join(CACHE, path)).catch(() => undefined);
    if (bytes === undefined) return response.writeHead(404).end();
    response.writeHead(200, { 'content-length': bytes.length });
    const isWhole = part === 1 || !path.startsWith('/nar/') || bytes.length < 10_000;
    const end = isWhole ? bytes.length : Math.floor(bytes.length * part);
    for (let at = 0; at < end; at += PIECE) {
      response.write(bytes.subarray(at, Math.min(at + PIECE, end)));
      await setTimeout(20);
    }
    return isWhole ? response.end() : response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

await rm(CACHE, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const file = '/tmp/downloads.nix';
await writeFile(file, PACKAGES);
const paths: string[] = [];
for (const name of ['lib', 'app', 'small']) {
  const { stdout } = await execa('nix-build', [
    file,
    '-A',
    name,
    '--no-out-link',
    ...OPTIONS,
    '--option',
    'substituters',
    '',
  ]);
  paths.push(stdout);
}
await execa('nix', ['copy', ...COMMAND, '--to', `file://${CACHE}?compression=none`, ...paths]);

const whole = await serve(1);
const half = await serve(0.5);
const almost = await serve(0.9);

async function record(name: string, attribute: string, caches: readonly { readonly url: string }[]) {
  await execa('nix-store', ['--delete', ...[...paths].reverse()], { reject: false });
  await rm(join(process.env.HOME ?? '/root', '.cache/nix'), { recursive: true, force: true });
  const { stdout: derivation } = await execa('nix-instantiate', [file, '-A', attribute]);
  const { stderr } = await execa(
    'nix-build',
    [
      derivation,
      '--no-out-link',
      ...OPTIONS,
      '--option',
      'substituters',
      caches.map(({ url }) => url).join(' '),
      '--option',
      'require-sigs',
      'false',
      '--option',
      'download-attempts',
      '1',
      '--log-format',
      'internal-json',
      '-v',
    ],
    { reject: false, env: { LC_ALL: 'C.UTF-8' } },
  );
  // The ports are others each time.
  const log = [whole, half, almost].reduce(
    (text, { url }, index) => text.replaceAll(url, `http://${['whole', 'half', 'almost'][index]}.example`),
    stderr,
  );
  await writeFile(join(target ?? '', `${name}-${version}.log`), `${log}\n`);
}

await record('downloaded', 'app', [whole]);
await record('cache-broke-off', 'app', [half, whole]);
await record('cache-broke-off-at-the-end', 'app', [almost, whole]);
await record('small-broke-off', 'small', [half, whole]);
await record('small-lost', 'small', [half]);
for (const { server } of [whole, half, almost]) server.close();
