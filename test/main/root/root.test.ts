import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkUser, GROUP, PASSWD } from '../../../src/main/root/accounts.ts';
import { type RootFields, rootTree } from '../../../src/main/root/root.ts';
import { treeEntries } from '../../../src/main/root/root-tree.ts';
import { type FakeNode, type FakeStore, fakeStore } from '../../support/fake-store.ts';

let store: FakeStore;
beforeEach(() => {
  store = fakeStore();
});
afterEach(() => store.remove());

function rootOf(packages: Readonly<Record<string, Readonly<Record<string, FakeNode>>>>, own?: RootFields) {
  const outputs = Object.entries(packages).map(([name, tree]) => ({ name, path: store.add(name, tree) }));
  const image = rootTree({ packages: outputs, own });
  const entries = treeEntries(image.root);
  const at = (path: string) => entries.find((entry) => entry.path === path);
  const pathOf = (name: string) => outputs.find((output) => output.name === name)?.path;
  return { ...image, entries, at, pathOf };
}

const directory = (tree: Readonly<Record<string, FakeNode>>) => ({ directory: tree });

describe('the root of an image', () => {
  it('has what programs expect of a system, even without packages', () => {
    const { entries, at } = rootOf({});
    expect(entries.map(({ path }) => path)).toEqual([
      'dev',
      'etc',
      'etc/group',
      'etc/nsswitch.conf',
      'etc/passwd',
      'proc',
      'root',
      'run',
      'sys',
      'tmp',
      'var',
      'var/empty',
      'var/tmp',
    ]);
    expect(at('tmp')).toEqual({ type: 'directory', path: 'tmp', mode: 0o1777 });
    expect(at('var/tmp')).toMatchObject({ mode: 0o1777 });
    expect(at('root')).toMatchObject({ mode: 0o700 });
    expect(at('etc')).toMatchObject({ mode: 0o755 });
    expect(at('etc/passwd')).toMatchObject({ type: 'file', mode: 0o644, text: PASSWD });
  });

  it('has /usr/bin/env and /bin/sh only where their targets are', () => {
    const without = rootOf({ hello: { bin: directory({ hello: { executable: 'x' } }) } });
    expect(without.at('bin/sh')).toBeUndefined();
    expect(without.at('usr/bin/env')).toBeUndefined();

    const { at, pathOf } = rootOf({
      coreutils: { bin: directory({ env: { executable: 'x' } }) },
      bash: { bin: directory({ bash: { executable: 'x' } }) },
    });
    expect(at('bin/sh')).toMatchObject({ type: 'symlink', target: `${pathOf('bash')}/bin/bash` });
    expect(at('usr/bin/env')).toMatchObject({ type: 'symlink', target: `${pathOf('coreutils')}/bin/env` });
  });

  it('takes the shell that a package calls sh', () => {
    const { at, pathOf } = rootOf({
      bash: { bin: directory({ bash: { executable: 'x' } }) },
      dash: { bin: directory({ dash: { executable: 'x' }, sh: { link: 'dash' } }) },
    });
    expect(at('bin/sh')).toMatchObject({ target: `${pathOf('dash')}/bin/sh` });
  });

  it('adds to directories that a package has, by opening them up', () => {
    const { at, pathOf } = rootOf({
      debianized: { usr: directory({ bin: directory({ tool: { executable: 'x' } }) }) },
      coreutils: { bin: directory({ env: { executable: 'x' } }) },
    });
    expect(at('usr/bin/tool')).toMatchObject({ target: `${pathOf('debianized')}/usr/bin/tool` });
    expect(at('usr/bin/env')).toMatchObject({ target: `${pathOf('coreutils')}/bin/env` });
  });

  it('does not put anything where a package has /usr -> .', () => {
    const { at } = rootOf({
      flat: { usr: { link: '.' }, bin: directory({ env: { executable: 'x' } }) },
    });
    expect(at('usr')).toMatchObject({ type: 'symlink', target: '.' });
    expect(at('usr/bin/env')).toBeUndefined();
  });

  it('has the certificates under both of the names that programs look for', () => {
    const bundle = directory({ ssl: directory({ certs: directory({ 'ca-bundle.crt': 'PEM' }) }) });
    const { at, pathOf, certificateFile } = rootOf({ cacert: { etc: bundle } });
    const target = `${pathOf('cacert')}/etc/ssl/certs/ca-bundle.crt`;
    expect(certificateFile).toBe('/etc/ssl/certs/ca-bundle.crt');
    expect(at('etc/ssl/certs/ca-bundle.crt')).toMatchObject({ target });
    expect(at('etc/ssl/certs/ca-certificates.crt')).toMatchObject({ target });
    expect(rootOf({}).certificateFile).toBeUndefined();
  });

  it('has the accounts that a package brings in a file of its own: containerd refuses links that lead out', () => {
    const { at, passwd } = rootOf({
      accounts: {
        etc: directory({ passwd: { link: '../share/accounts' } }),
        share: directory({ accounts: 'web:x:80:80::/:/bin/false\n' }),
      },
    });
    const text = 'web:x:80:80::/:/bin/false\n';
    expect(at('etc/passwd')).toEqual({ type: 'file', path: 'etc/passwd', mode: 0o644, text });
    expect(passwd).toBe(text);
    expect(at('etc/group')).toMatchObject({ type: 'file', text: GROUP });
  });

  it('merges the accounts of several packages, and says where they differ', () => {
    const { passwd, omissions, conflicts } = rootOf({
      first: { etc: directory({ passwd: 'root:x:0:0::/root:/bin/sh\nweb:x:80:80::/:/bin/false' }) },
      second: { etc: directory({ passwd: 'web:x:81:81::/:/bin/false\ndb:x:90:90::/:/bin/false\n' }) },
    });
    expect(passwd).toBe('root:x:0:0::/root:/bin/sh\nweb:x:80:80::/:/bin/false\ndb:x:90:90::/:/bin/false\n');
    expect(conflicts).toEqual([]);
    expect(omissions).toEqual([{ path: '/etc/passwd', package: 'second', reason: '"web" is that of first' }]);
  });

  it('has accounts of its own where a package has something else in their place', () => {
    for (const passwd of [
      directory({ x: '1' }),
      { link: '/etc/passwd' },
      { link: 'nowhere' },
      { link: 'passwd' },
    ]) {
      const { at, omissions } = rootOf({ odd: { etc: directory({ passwd }) } });
      expect(at('etc/passwd')).toMatchObject({ type: 'file', text: PASSWD });
      expect(omissions).toMatchObject([{ path: '/etc/passwd', package: 'odd' }]);
      store.remove();
      store = fakeStore();
    }
  });

  it('keeps the directories that programs write to, whatever packages have there', () => {
    const { at, pathOf, omissions } = rootOf({
      odd: {
        dev: 'x',
        proc: directory({ x: 'x' }),
        sys: { link: 'var' },
        run: 'x',
        var: directory({ tmp: directory({ keep: 'x' }), log: directory({ odd: directory({}) }), empty: 'x' }),
      },
    });
    expect(at('var/tmp')).toEqual({ type: 'directory', path: 'var/tmp', mode: 0o1777 });
    expect(at('var/tmp/keep')).toMatchObject({ target: `${pathOf('odd')}/var/tmp/keep` });
    expect(at('var/log/odd')).toEqual({ type: 'directory', path: 'var/log/odd', mode: 0o755 });
    for (const path of ['dev', 'proc', 'sys', 'run', 'var/empty']) expect(at(path)?.type).toBe('directory');
    expect(omissions.map(({ path }) => path)).toEqual(['/dev', '/proc', '/run', '/sys', '/var/empty']);
  });

  it('lets the lower priority win, whatever the order, without a conflict', () => {
    const tree = (text: string) => ({
      bin: directory({ ls: { executable: text } }),
      etc: directory({ group: `${text}:x:1:` }),
    });
    const busybox = { name: 'busybox', path: store.add('busybox', tree('busybox')), priority: 15 };
    const coreutils = { name: 'coreutils', path: store.add('coreutils', tree('coreutils')) };
    for (const packages of [
      [busybox, coreutils],
      [coreutils, busybox],
    ]) {
      const { root, conflicts, group } = rootTree({ packages });
      expect(treeEntries(root)).toContainEqual({
        type: 'symlink',
        path: 'bin/ls',
        target: `${coreutils.path}/bin/ls`,
      });
      expect(conflicts).toEqual([]);
      expect(group).toBe('coreutils:x:1:\nbusybox:x:1:\n');
    }
  });

  it('takes the priorities of the document before those of packages', () => {
    const tree = (text: string) => ({ bin: directory({ ls: { executable: text } }) });
    const busybox = { name: 'busybox', path: store.add('busybox', tree('busybox')), priority: 15 };
    const coreutils = {
      name: 'tools:coreutils.bin',
      attribute: 'tools:coreutils',
      path: store.add('coreutils', tree('coreutils')),
    };
    const linkOf = (priorities: Record<string, number>) => {
      const { root, conflicts } = rootTree({ packages: [coreutils, busybox], own: { priorities } });
      const entry = treeEntries(root).find(({ path }) => path === 'bin/ls');
      return { target: entry?.type === 'symlink' && entry.target, conflicts: conflicts.length };
    };
    expect(linkOf({})).toEqual({ target: `${coreutils.path}/bin/ls`, conflicts: 0 });
    expect(linkOf({ busybox: -1 })).toEqual({ target: `${busybox.path}/bin/ls`, conflicts: 0 });
    expect(linkOf({ 'tools:coreutils': 20 })).toEqual({ target: `${busybox.path}/bin/ls`, conflicts: 0 });
    expect(linkOf({ 'tools:coreutils.bin': 15 })).toEqual({
      target: `${coreutils.path}/bin/ls`,
      conflicts: 1,
    });
    expect(() => linkOf({ coreutils: 1 })).toThrow('priorities: the image has no package named "coreutils".');
    expect(() => linkOf({ constructor: 1 })).toThrow(
      'priorities: the image has no package named "constructor".',
    );
  });

  it('has of packages only the paths that the document wants', () => {
    const tree = {
      bin: directory({ tool: { executable: 'x' } }),
      share: directory({ man: directory({ man1: 'x' }), doc: directory({ x: 'x', y: 'y' }) }),
      etc: directory({ passwd: 'web:x:80:80::/:/bin/false\n', 'tool.conf': 'x' }),
      dev: directory({}),
    };
    const { entries, pathOf, passwd, omissions } = rootOf(
      { tool: tree },
      { pathsToLink: ['/bin/', '/share/doc/x'], files: [{ text: '', to: '/etc/own' }] },
    );
    const brought = entries.filter((entry) => entry.type === 'symlink');
    expect(brought).toEqual([
      { type: 'symlink', path: 'bin/tool', target: `${pathOf('tool')}/bin/tool` },
      { type: 'symlink', path: 'share/doc/x', target: `${pathOf('tool')}/share/doc/x` },
    ]);
    expect(entries.map(({ path }) => path)).toContain('etc/own');
    expect(passwd).toBe('web:x:80:80::/:/bin/false\n');
    expect(omissions).toEqual([]);
  });

  it('has directories of its own below /srv, and for each program below /opt', () => {
    const tree = (file: string) => ({
      opt: directory({
        vendor: directory({ bin: directory({ [file]: 'x' }), [file]: 'x' }),
        [file]: directory({}),
      }),
      srv: directory({ site: directory({ deep: directory({ [file]: 'x' }) }) }),
    });
    const { at, pathOf } = rootOf({ one: tree('one') });
    for (const path of ['opt', 'opt/vendor', 'opt/one', 'srv/site/deep'])
      expect(at(path)?.type).toBe('directory');
    expect(at('opt/vendor/bin')).toMatchObject({ target: `${pathOf('one')}/opt/vendor/bin` });
    const both = rootOf({ two: tree('two'), three: tree('three') });
    expect(both.at('opt/vendor/bin')?.type).toBe('directory');
    expect(both.at('opt/vendor/bin/three')).toMatchObject({ type: 'symlink' });
  });

  it('names outputs that are single files', () => {
    const script = store.add('script', { executable: '#!/bin/sh\n' });
    const { conflicts, omissions } = rootTree({ packages: [{ name: 'script', path: script }] });
    expect(conflicts).toEqual([]);
    expect(omissions).toEqual([
      { path: script, package: 'script', reason: 'it is a single file, which has no name there' },
    ]);
  });

  it('sees no conflict between files of the same contents', () => {
    const license = { share: directory({ LICENSE: 'MIT' }) };
    expect(rootOf({ a: license, b: license }).conflicts).toEqual([]);
    const other = { share: directory({ LICENSE: 'GPL' }) };
    expect(rootOf({ a2: license, b2: other }).conflicts).toMatchObject([
      { path: '/share/LICENSE', kept: { package: 'a2' }, dropped: { package: 'b2' } },
    ]);
    const executable = { share: directory({ LICENSE: { executable: 'MIT' } }) };
    expect(rootOf({ a3: license, b3: executable }).conflicts).toHaveLength(1);
  });

  it('does not look where links lead out of the store, as that depends on the machine', () => {
    const outside = join(store.root, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), 'of this machine');
    const { at, conflicts } = rootOf({
      a: { var: { link: outside }, share: directory({ here: { link: outside } }) },
      b: { var: { link: outside }, share: directory({ here: { link: '/elsewhere' } }) },
    });
    expect(at('var/secret')).toBeUndefined();
    expect(conflicts.map(({ path }) => path)).toEqual(['/share/here']);
  });

  it('says which output is missing', () => {
    const path = `${store.root}/nix/store/gone`;
    expect(() => rootTree({ packages: [{ name: 'gone', path }] })).toThrow(
      expect.objectContaining({ code: 'file-system', message: expect.stringContaining(path) }),
    );
  });
});

describe('the user of an image', () => {
  it('may be a number or one that the image knows', () => {
    for (const user of [undefined, '', 'root', 'nobody', '1000', '1000:1000', 'nobody:nogroup', '0:root']) {
      expect(() => checkUser(user, PASSWD, GROUP)).not.toThrow();
    }
  });

  it('is refused where the image does not know it', () => {
    expect(() => checkUser('www-data', PASSWD, GROUP)).toThrow(
      expect.objectContaining({
        code: 'invalid-document',
        message: 'The image has no user named "www-data" (config.User).',
        hint: expect.stringContaining('root, nobody'),
      }),
    );
    expect(() => checkUser('root:wheel', PASSWD, GROUP)).toThrow(
      expect.objectContaining({ message: 'The image has no group named "wheel" (config.User).' }),
    );
  });
});
