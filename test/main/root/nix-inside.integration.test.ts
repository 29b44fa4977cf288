import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyCache, type TestCache } from '../../support/cache.ts';
import { strata, temporaryDirectory } from '../../support/cli.ts';
import { runInRoot, whyNoImageRoots } from '../starter/image-root.ts';

let directory: { path: string; remove: () => Promise<void> };
let cache: TestCache;

beforeAll(async () => {
  directory = await temporaryDirectory('nix-inside');
  cache = await emptyCache();
});
afterAll(async () => {
  await execa('chmod', ['-R', 'u+w', directory.path]);
  await directory.remove();
  await cache.remove();
});

const BUILD = `derivation {
  name = "greeting";
  system = builtins.currentSystem;
  builder = "/bin/sh";
  args = [ "-c" "echo hello > $out; exit 0" ];
}`;

it('Nix in the image knows the store, builds in it, and collects no garbage of what it is made of', async ({
  skip,
}) => {
  const reason = await whyNoImageRoots();
  if (reason !== undefined) skip(reason);
  const document = join(directory.path, 'ci.strata.json');
  const packages = ['nix', 'bash', 'coreutils'];
  await writeFile(
    document,
    JSON.stringify({ version: 1, source: { type: 'starter' }, packages, nixDatabase: true }),
  );
  const image = join(directory.path, 'image');
  const built = await strata(['build', document, '-o', image, '--format', 'oci-dir'], { env: cache.env });
  expect(built.exitCode, built.stderr).toBe(0);

  const bundle = join(directory.path, 'bundle');
  const rootless = process.getuid?.() === 0 ? [] : ['--rootless'];
  await execa('umoci', ['unpack', ...rootless, '--image', `${image}:latest`, bundle]);
  const root = join(bundle, 'rootfs');
  const run = async (...argv: string[]): Promise<string> => {
    const env = { HOME: '/root', NIX_CONFIG: 'substituters =' };
    const { exitCode, output } = await runInRoot(root, argv, env);
    expect(exitCode, output).toBe(0);
    return output.trim();
  };
  const verified = await run('/bin/nix-store', '--verify', '--check-contents');
  expect(verified).not.toMatch(/modified|missing|disappeared|error|unrecognised/);
  const bash = (await run('/bin/readlink', '-f', '/bin/bash')).replace(/\/bin\/bash$/, '');
  expect(await run('/bin/nix-store', '-q', '--references', bash)).toMatch(/-glibc-/);
  const paths = await run('/bin/ls', '/nix/store');

  const greeting = (await run('/bin/nix-build', '--no-out-link', '-E', BUILD)).split('\n').at(-1) ?? '';
  expect(await run('/bin/cat', greeting)).toBe('hello');
  await run('/bin/nix-collect-garbage');
  expect(
    (await run('/bin/ls', '/nix/store')).split('\n').filter((name) => /^[a-z0-9]{32}-/.test(name)),
  ).toEqual(paths.split('\n').filter((name) => /^[a-z0-9]{32}-/.test(name)));
}, 600_000);
