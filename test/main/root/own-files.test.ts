import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { displayPath } from '../../../src/main/archive/raw-path.ts';
import { createFileAccess } from '../../../src/main/files/file-access.ts';
import { imageRoot, type RootFields } from '../../../src/main/root/root.ts';
import { layerTops, treeEntries } from '../../../src/main/root/root-tree.ts';
import { filesSchema } from '../../../src/shared/document/root-fields.ts';
import { type FakeNode, type FakeStore, fakeStore } from '../../support/fake-store.ts';

let store: FakeStore;
/** Where the document is. */
let here: string;
let packagePath: string;
beforeEach(() => {
  store = fakeStore();
  packagePath = store.add('package', PACKAGE);
  here = mkdtempSync(join(tmpdir(), 'strata-own-'));
});
afterEach(() => {
  store.remove();
  rmSync(here, { recursive: true, force: true });
});

const directory = (tree: Readonly<Record<string, FakeNode>>) => ({ directory: tree });
const PACKAGE = {
  bin: directory({ tool: { executable: 'x' } }),
  lib: directory({ deep: directory({ 'liba.so': 'x' }) }),
  usr: { link: '.' },
};

function write(path: string, contents = path): void {
  mkdirSync(dirname(join(here, path)), { recursive: true });
  writeFileSync(join(here, path), contents);
}

async function rootOf(own: RootFields, context = {}) {
  const { root } = await imageRoot(
    { packages: [{ name: 'package', path: packagePath }], own },
    { baseDirectory: here, ...context },
  );
  const layers = {
    root: treeEntries(root),
    large: treeEntries(root, 'large'),
    small: treeEntries(root, 'small'),
  };
  const shown = (layer: keyof typeof layers) => layers[layer].map((entry) => displayPath(entry.path));
  const at = (at: string, layer: keyof typeof layers = 'small') =>
    layers[layer].find((entry) => entry.path === at);
  return { root, layers, shown, at };
}

const failure = (message: string | RegExp, code = 'invalid-document') => ({
  code,
  message: typeof message === 'string' ? message : expect.stringMatching(message),
});

describe('files of a document', () => {
  it('come from a directory with modes by whether they are executable, and links as they are', async () => {
    write('app/main.py', 'print()');
    write('app/run', '#!/bin/sh');
    write('app/täx/empty', '');
    chmodSync(join(here, 'app/run'), 0o700);
    chmodSync(join(here, 'app/main.py'), 0o600);
    symlinkSync('../elsewhere', join(here, 'app/link'));
    symlinkSync('link', join(here, 'app/loop'));
    mkdirSync(join(here, 'app/.hidden'));
    const { layers, root } = await rootOf({ files: [{ from: 'app', to: '/srv/app' }] });
    const disk = (file: string, sizeBytes: number) => ({
      file: Buffer.from(join(here, 'app', file)).toString('latin1'),
      sizeBytes,
    });
    expect(layers.small).toEqual([
      { type: 'directory', path: 'srv', mode: 0o755 },
      { type: 'directory', path: 'srv/app', mode: 0o755 },
      { type: 'directory', path: 'srv/app/.hidden', mode: 0o755 },
      { type: 'symlink', path: 'srv/app/link', target: '../elsewhere' },
      { type: 'symlink', path: 'srv/app/loop', target: 'link' },
      { type: 'file', path: 'srv/app/main.py', mode: 0o644, disk: disk('main.py', 7) },
      { type: 'file', path: 'srv/app/run', mode: 0o755, disk: disk('run', 9) },
      { type: 'directory', path: 'srv/app/t\xc3\xa4x', mode: 0o755 },
      { type: 'file', path: 'srv/app/t\xc3\xa4x/empty', mode: 0o644, disk: disk('täx/empty', 0) },
    ]);
    expect(layerTops(root, 'small')).toEqual(['srv/app']);
  });

  it('are single files, texts and links too, with modes and owners', async () => {
    write('conf');
    const { at } = await rootOf({
      accounts: { users: [{ name: 'app' }] },
      files: [
        { from: 'conf', to: '/etc/app.conf', mode: '0600', owner: 'app' },
        { from: 'conf', to: '/etc/app.d/' },
        { text: 'hällo\n', to: '/etc/motd', mode: '444' },
        { link: '/srv/app/run', to: '/bin/run', owner: 'app' },
        { text: '', to: '/usr/lib/deep/empty' },
      ],
    });
    expect(at('etc/app.conf')).toMatchObject({ mode: 0o600, uid: 1000, gid: 1000 });
    expect(at('etc/app.d/conf')).toMatchObject({ type: 'file', mode: 0o644 });
    expect(at('etc/motd', 'root')).toEqual({ type: 'file', path: 'etc/motd', mode: 0o444, text: 'hällo\n' });
    expect(at('bin/run', 'root')).toMatchObject({ type: 'symlink', target: '/srv/app/run', uid: 1000 });
    expect(at('lib/deep/empty', 'root')).toMatchObject({ text: '' });
    expect(at('lib/deep/liba.so', 'root')).toMatchObject({ type: 'symlink' });
  });

  it('give directories x where a mode has r, and never what changes users', async () => {
    write('app/deep/file');
    const { at } = await rootOf({ files: [{ from: 'app', to: '/srv/app', mode: '4640', owner: '7' }] });
    expect(at('srv/app/deep')).toMatchObject({ mode: 0o750, uid: 7, gid: 7 });
    expect(at('srv/app/deep/file')).toMatchObject({ mode: 0o4640, uid: 7, gid: 7 });
    expect(at('srv')).toEqual({ type: 'directory', path: 'srv', mode: 0o755 });
  });

  it('go into directories that are there, whose owners and modes stay', async () => {
    write('home/.profile');
    write('tmp/x');
    const { at } = await rootOf({
      accounts: { users: [{ name: 'app' }] },
      files: [
        { from: 'home', to: '/home/app' },
        { from: 'tmp', to: '/tmp' },
        { from: 'tmp', to: '/' },
      ],
    });
    expect(at('home/app')).toMatchObject({ uid: 1000 });
    expect(at('tmp')).toMatchObject({ mode: 0o1777 });
    expect(at('x')).toMatchObject({ type: 'file' });
  });

  it('are in two layers: what is large below what changes often', async () => {
    write('vendor/data', 'x'.repeat(5_000_000));
    write('app/main.py');
    const files = [
      { from: 'app', to: '/srv/app' },
      { from: 'vendor', to: '/srv/app/vendor' },
    ];
    const { shown } = await rootOf({ files });
    expect(shown('large')).toEqual(['srv', 'srv/app', 'srv/app/vendor', 'srv/app/vendor/data']);
    expect(shown('small')).toEqual(['srv', 'srv/app', 'srv/app/main.py']);
  });

  it('leave out what .dockerignore and exclude say, as docker has it', async () => {
    for (const file of [
      'a.py',
      'a.pyc',
      'deep/b.pyc',
      'deep/b.py',
      'node_modules/x/index.js',
      'A.PYC',
      'top.log',
    ])
      write(`app/${file}`);
    write('app/node_modules/kept/index.js');
    write('app/.dockerignore', '# comment\n**/*.pyc\n\nnode_modules\n!node_modules/kept\r\n');
    write('.dockerignore', 'app/deep/b.py\nb.py\n');
    const { shown } = await rootOf({ files: [{ from: 'app', to: '/app', exclude: ['*.log'] }] });
    expect(shown('small')).toEqual([
      'app',
      'app/A.PYC',
      'app/a.py',
      'app/deep',
      'app/node_modules',
      'app/node_modules/kept',
      'app/node_modules/kept/index.js',
    ]);
  });

  it('are there where they were named, though .dockerignore leaves them out', async () => {
    write('dist/index.js');
    write('.dockerignore', 'dist\n');
    const { shown } = await rootOf({ files: [{ from: 'dist', to: '/srv' }] });
    expect(shown('small')).toEqual(['srv', 'srv/index.js']);
  });

  it.each([
    ['/bin/tool', 'files[0].to: /bin/tool is a link of the package package.'],
    ['/bin/tool/x', 'files[0].to: /bin/tool is a link of the package package.'],
    ['/etc', 'files[0].to: /etc is a directory of every image.'],
    ['/etc/nsswitch.conf', 'files[0].to: /etc/nsswitch.conf is a file of every image.'],
    ['/etc/passwd', 'files[0].to: /etc/passwd is made of the accounts.'],
    ['/proc/x', 'files[0].to: /proc cannot be had: what runs the image mounts its own there.'],
    ['/srv/.wh.x', /^files\[0\]\.to: \/srv\/\.wh\.x cannot be had/],
    ['/', 'files[0].to: a file cannot be in place of the root.'],
  ])('do not take the place of what is at %s', async (to, message) => {
    await expect(rootOf({ files: [{ text: 'x', to }] })).rejects.toMatchObject(failure(message));
  });

  it('take it where the document says so', async () => {
    write('app/tool/x');
    const { at } = await rootOf({
      files: [
        { text: 'mine', to: '/bin/tool', replace: true },
        { from: 'app', to: '/bin', replace: true },
        { text: 'theirs', to: '/lib/deep', replace: true },
      ],
    });
    expect(at('bin/tool/x')).toMatchObject({ type: 'file' });
    expect(at('lib/deep', 'root')).toMatchObject({ type: 'file', text: 'theirs' });
    await expect(
      rootOf({
        files: [
          { text: '1', to: '/srv/x' },
          { text: '2', to: '/srv/x' },
        ],
      }),
    ).rejects.toMatchObject(failure('files[1].to: /srv/x is a file of the document (files[0]).'));
  });

  it.each([
    ['missing', /^files\[0\]\.from: Cannot read .*missing: it does not exist/],
    ['loop', /^files\[0\]\.from: Cannot read .*loop: its links lead in a circle/],
    ['file/below', /^files\[0\]\.from: Cannot read .*a part of the path is not a directory/],
  ])('are missed where they are not: %s', async (from, message) => {
    symlinkSync('loop', join(here, 'loop'));
    write('file');
    await expect(rootOf({ files: [{ from, to: '/x' }] })).rejects.toMatchObject(
      failure(message, 'file-system'),
    );
  });

  it('are no sockets, pipes or devices', async () => {
    write('app/file');
    execFileSync('mkfifo', [join(here, 'app/pipe')]);
    const own = (exclude?: string[]): RootFields => ({
      files: [{ from: 'app', to: '/x', ...(exclude && { exclude }) }],
    });
    await expect(rootOf(own())).rejects.toMatchObject(failure(/app\/pipe is a named pipe\.$/, 'file-system'));
    const server = createServer().listen(join(here, 'app/socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    await expect(rootOf(own(['pipe']))).rejects.toMatchObject(
      failure(/app\/socket is a socket\.$/, 'file-system'),
    );
    server.close();
    expect((await rootOf(own(['pipe', 'socket']))).shown('small')).toEqual(['x', 'x/file']);
    await expect(rootOf({ files: [{ from: '/dev/null', to: '/x' }] })).rejects.toMatchObject(
      failure('files[0].from: /dev/null is a device.', 'file-system'),
    );
  });

  it('are within the bounds of a window', async () => {
    write('inside/file');
    write('outside/secret');
    symlinkSync('../outside/secret', join(here, 'inside/out'));
    const { check: checkFile } = await createFileAccess([join(here, 'inside')]);
    const own = (from: string): RootFields => ({ files: [{ from, to: '/x' }] });
    const { at } = await rootOf(own('inside'), { checkFile });
    expect(at('x/out')).toMatchObject({ type: 'symlink', target: '../outside/secret' });
    for (const from of ['outside/secret', 'inside/out', 'inside/../outside', '/etc/passwd']) {
      await expect(rootOf(own(from), { checkFile })).rejects.toMatchObject(
        failure(/^files\[0\]\.from: .*outside the directories that this window may use/, 'file-system'),
      );
    }
  });
});

describe('a field of files', () => {
  it.each([
    [{ to: '/x' }, 'one of from, text and link is wanted'],
    [{ to: '/x', from: 'a', text: 'b' }, 'one of from, text and link is wanted'],
    [{ to: '/x', text: 'b', exclude: [] }, 'exclude goes with from'],
    [{ to: '/x', link: 'b', mode: '0644' }, 'a link has no mode'],
    [{ to: 'x', text: '' }, /Invalid input|absolute path/],
    [{ to: '/x/../y', text: '' }, /Invalid input|absolute path/],
    [{ to: '/x', text: '', mode: '0999' }, 'octal digits in quotes such as "0755" or "4755"'],
    [{ to: '/x', text: '', mode: 493 }, /expected string/],
    [{ to: '/x', from: 'a\0b' }, /without NUL/],
  ])('is refused: %j', (field, message) => {
    const issues = filesSchema.safeParse([field]).error?.issues.map((issue) => issue.message) ?? [];
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatch(message);
  });
});
