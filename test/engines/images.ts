import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { Session } from './session.ts';
import { MACHINES, programThatSays } from './tiny-program.ts';

const strata = resolve(import.meta.dirname, '../../strata');

/** A column of a table: an image that Strata wrote or pushed, known to the engines as `engines/NAME:v1`. */
export interface Column {
  readonly name: string;
  readonly title: string;
}

/** Images as files: what `strata build` gets beside the packages. */
export const FILES = [
  { name: 'oci', title: '`oci`', options: [] },
  { name: 'oci-zstd', title: '`oci`, zstd', options: ['--compression', 'zstd'] },
  { name: 'oci-none', title: '`oci`, not compressed', options: ['--compression', 'none'] },
  { name: 'docker', title: '`docker-archive`', options: ['--format', 'docker-archive'] },
  {
    name: 'docker-zstd',
    title: '`docker-archive`, zstd',
    options: ['--format', 'docker-archive', '--compression', 'zstd'],
  },
  { name: 'layout', title: '`oci-dir`', options: ['--format', 'oci-dir'] },
  {
    name: 'layout-zstd',
    title: '`oci-dir`, zstd',
    options: ['--format', 'oci-dir', '--compression', 'zstd'],
  },
  { name: 'deep', title: '123 layers and the root', options: ['--document', 'deep'] },
] as const satisfies readonly (Column & { readonly options: readonly string[] })[];

/** Images in a registry: what `strata push` gets. */
export const PUSHED = [
  { name: 'gzip', title: 'gzip', options: [] },
  { name: 'zstd', title: 'zstd', options: ['--compression', 'zstd'] },
  { name: 'docker-types', title: "Docker's media types", options: ['--media-types', 'docker'] },
  { name: 'deep', title: '123 layers and the root', options: ['--document', 'deep'] },
  { name: 'capable', title: 'file capability', options: ['--document', 'capable'] },
  { name: 'index', title: 'two platforms', options: ['--document', 'index'] },
] as const satisfies readonly (Column & { readonly options: readonly string[] })[];

/** Images that cannot be had, of the packages that tests have: what is said of each. */
export const REFUSED = [
  { name: 'fails', title: 'does not build', reason: 'fails (fails-1.0) failed to build' },
  {
    name: 'free-riders.unfree',
    title: 'not allowed',
    reason: 'free-riders.unfree (unfree-1.0) has an unfree licence',
  },
  { name: 'nosuch', title: 'unknown', reason: 'nosuch is not in the package set' },
] as const satisfies readonly (Column & { readonly reason: string })[];

const TOOLS = ['bash', 'coreutils', 'jq'];
/** Enough for a closure of more than 123 paths, none of them large. */
const MANY = [
  ...[
    'brotli',
    'curl',
    'diffutils',
    'dnsutils',
    'fzf',
    'gettext',
    'git',
    'htop',
    'iproute2',
    'iputils',
    'less',
  ],
  ...[
    'lsof',
    'lua5_4',
    'lz4',
    'memcached',
    'nano',
    'ncdu',
    'openssh',
    'pigz',
    'procps',
    'psmisc',
    'pv',
    'redis',
  ],
  ...['rsync', 'socat', 'sqlite', 'strace', 'tcpdump', 'tmux', 'tree', 'unzip', 'wget', 'zip'],
];
const starter = { type: 'starter' };

/** What `--document` stands for above; `tools` where there is none. */
const DOCUMENTS = {
  tools: { source: starter, packages: TOOLS },
  capable: {
    source: starter,
    packages: TOOLS,
    permissions: [{ path: '/bin/cat', capabilities: 'cap_net_bind_service=+ep' }],
  },
  deep: {
    source: starter,
    packages: [...TOOLS, ...MANY],
    layering: { strategy: 'per-path', budget: 123 },
  },
  index: { source: { type: 'path', path: 'two-platforms' }, packages: ['greet'] },
} as const;

/** Of a package that is the same machine code everywhere, which Nix builds here for both platforms. */
const INDEX_OPTIONS = [
  ...['--system', 'x86_64-linux', '--system', 'aarch64-linux'],
  ...['--option', 'extra-platforms', 'x86_64-linux aarch64-linux', '--option', 'sandbox', 'false'],
];
const TWO_PLATFORMS = `{ system ? builtins.currentSystem, ... }: {
  greet = derivation {
    name = "greet-1.0";
    inherit system;
    program = ./. + "/\${system}";
    builder = "/bin/sh";
    args = [ "-c" "PATH=/bin:/usr/bin; mkdir -p $out/bin && cp $program $out/bin/greet && chmod 555 $out/bin/greet" ];
  };
}
`;

/** Writes the documents, and the images that are files, into a directory. */
export async function buildFiles(
  directory: string,
  wanted: (name: string) => boolean,
  note: (line: string) => void,
): Promise<void> {
  await mkdir(join(directory, 'two-platforms'), { recursive: true });
  for (const system of Object.keys(MACHINES) as (keyof typeof MACHINES)[]) {
    const path = join(directory, 'two-platforms', system);
    await writeFile(path, programThatSays(`${system}\n`, system), { mode: 0o755 });
  }
  await writeFile(join(directory, 'two-platforms/default.nix'), TWO_PLATFORMS);
  for (const [name, document] of Object.entries(DOCUMENTS)) {
    const text = JSON.stringify({ version: 1, name: 'engines', ...document });
    await writeFile(documentPath(directory, name), text);
  }
  for (const { name, options } of FILES) {
    if (!wanted(name)) continue;
    note(`building ${name} …`);
    const output = filePath(directory, name);
    await rm(output, { recursive: true, force: true });
    const { document, rest } = splitDocument(options);
    const image = `engines/${name}:v1`;
    await execa(strata, ['build', documentPath(directory, document), ...rest, '--name', image, '-o', output]);
  }
}

/** Pushes an image to `REGISTRY/engines/NAME:v1`, as a user does. */
export async function push(directory: string, name: string, registry: string): Promise<void> {
  const { document, rest } = splitDocument(PUSHED.find((each) => each.name === name)?.options ?? []);
  const more = name === 'index' ? INDEX_OPTIONS : ['--sbom', 'spdx'];
  const reference = `${registry}/engines/${name}:v1`;
  await execa(strata, ['push', documentPath(directory, document), reference, ...rest, ...more]);
}

/** Strata with the engines of a root, and with a cache and temporary files that they see too. */
export async function strataWith({ data, programs }: Session, words: readonly string[]) {
  const TMPDIR = join(data, 'tmp');
  await mkdir(TMPDIR, { recursive: true });
  return execa(strata, words, {
    cwd: join(data, 'images'),
    env: { PATH: `${programs}:${process.env.PATH}`, TMPDIR, STRATA_CACHE_DIR: join(data, 'strata') },
    reject: false,
  });
}

/** Where a file of an image is, in the directory that {@link buildFiles} was given. */
export function filePath(directory: string, name: string): string {
  return join(directory, name.startsWith('layout') ? name : `${name}.tar`);
}

function documentPath(directory: string, name: string): string {
  return join(directory, `${name}.strata.json`);
}

function splitDocument(options: readonly string[]) {
  const [first, document = 'tools', ...rest] = options;
  return first === '--document' ? { document, rest } : { document: 'tools', rest: options };
}
