import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { isolatedNix, PROGRAMS_IN_SANDBOX, removeDirectory } from './isolated-nix.ts';
import { sshMachine } from './ssh-machine.ts';

/**
 * Records what the Nix of this machine says while it copies from another store over SSH, to the end or until the
 * connection breaks off, for test/fixtures/nix/internal-json: `node record-copies.ts DIRECTORY 2.26`. Needs sshd.
 */

const [, , target, version] = process.argv;
if (target === undefined || version === undefined) throw new Error('DIRECTORY VERSION');

/** `app` needs `small`. */
const PACKAGES = `
let
  make = name: deps: kib: derivation {
    inherit name;
    system = builtins.currentSystem;
    builder = "/bin/sh";
    PATH = "/usr/bin:/bin";
    args = [ "-c" "head -c \${toString (kib * 1024)} /dev/zero > $out; echo \${toString deps} >> $out" ];
  };
in rec { small = make "small-1.0" [ ] 200; app = make "app-1.0" [ small ] 400; }
`;
const COMMAND = ['--extra-experimental-features', 'nix-command'];

const nix = await isolatedNix();
// What the other machine finds under the name of Nix's daemon: that, until so many bytes are through.
const programs = join(nix.directory, 'programs');
const { stdout: daemon } = await execa('which', ['nix-daemon']);
process.env.PATH = `${programs}:${process.env.PATH}`;
await mkdir(programs);
await giveAtMost(2 ** 30);
const machine = await sshMachine(nix, [PROGRAMS_IN_SANDBOX, 'sandbox = false']);
const file = join(nix.directory, 'copies.nix');
await writeFile(file, PACKAGES);

const run = { env: machine.env, extendEnv: false } as const;
const { stdout: derivation } = await execa('nix-instantiate', [file, '-A', 'app'], run);
const { stdout: path } = await execa(
  'nix-build',
  [derivation, '--no-out-link', '--store', machine.store, '--eval-store', 'auto'],
  run,
);

async function giveAtMost(bytes: number) {
  const script = `#!${process.execPath}
    const daemon = require('node:child_process').spawn('${daemon}', process.argv.slice(2), {
      stdio: ['inherit', 'pipe', 'inherit'],
    });
    let left = ${bytes};
    daemon.stdout.on('data', (data) => {
      process.stdout.write(data.subarray(0, left));
      left -= data.length;
      if (left <= 0) daemon.kill();
    });
    daemon.on('exit', (code) => process.exit(code ?? 1));
  `;
  await writeFile(join(programs, 'nix-daemon'), script, { mode: 0o755 });
}

async function record(name: string, bytes: number) {
  await giveAtMost(bytes);
  for (const each of ['store', 'var']) await removeDirectory(join(nix.directory, each));
  const { stderr } = await execa(
    'nix',
    [
      ['copy', ...COMMAND, '--from', machine.store, '--no-check-sigs', path],
      ['--log-format', 'internal-json', '-v'],
    ].flat(),
    { ...run, reject: false },
  );
  const log = stderr.replaceAll(nix.storeDirectory, '/nix/store').replaceAll(nix.directory, '/other');
  await writeFile(join(target ?? '', `${name}-${version}.log`), `${log}\n`);
}

await record('copied', 2 ** 30);
await record('copy-broke-off', 350 * 1024);
await machine.stop();
await nix.remove();
