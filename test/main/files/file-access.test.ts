import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileAccess } from '../../../src/main/files/file-access.ts';
import { browse, createDirectory } from '../../../src/main/host/browse.ts';
import { temporaryDirectory } from '../documents/support.ts';

/** home/ may be used; secret/ beside it may not. */
async function machine() {
  const top = realpathSync(temporaryDirectory());
  const at = (...names: string[]) => join(top, ...names);
  mkdirSync(at('home', 'images'), { recursive: true });
  mkdirSync(at('secret'));
  writeFileSync(at('secret', 'key'), 'secret');
  writeFileSync(at('home', 'web.strata.json'), '{}');
  writeFileSync(at('home', 'notes.txt'), 'notes');
  writeFileSync(at('home', '.hidden'), '');
  symlinkSync(at('secret'), at('home', 'out'));
  symlinkSync('images', at('home', 'in'));
  return { at, files: await createFileAccess([at('home')]) };
}

describe('the files that a window may name', () => {
  it('are those below its directories, existing or not', async () => {
    const { at, files } = await machine();
    for (const path of [at('home'), at('home', 'web.strata.json'), at('home', 'new', 'deep.tar')]) {
      expect(await files.check(path)).toBe(path);
    }
    expect(await files.check(at('home', 'in', 'x.tar'))).toBe(at('home', 'images', 'x.tar'));
  });

  it('are no others, by whatever way', async () => {
    const { at, files } = await machine();
    const outside = [
      at('secret', 'key'),
      at('home', '..', 'secret', 'key'),
      at('home', 'out', 'key'),
      at('home', 'out', 'new.tar'),
      `${at('home')}-other/x`,
      '/etc/passwd',
      '/',
    ];
    for (const path of outside) {
      await expect(files.check(path), path).rejects.toMatchObject({ code: 'file-system' });
    }
    for (const path of ['relative/path', '', 'C:\\x', `${at('home')}/a\0b`]) {
      await expect(files.check(path), path).rejects.toMatchObject({ code: 'file-system' });
    }
  });

  it('are others once they are allowed, by their real paths', async () => {
    const { at, files } = await machine();
    await files.allow(at('home', 'out', 'key'));
    expect(await files.check(at('secret', 'key'))).toBe(at('secret', 'key'));
    await expect(files.check(at('secret', 'other'))).rejects.toMatchObject({ code: 'file-system' });
    const desktop = await createFileAccess([], 'Choose it.');
    await expect(desktop.check(at('home'))).rejects.toMatchObject({ hint: 'Choose it.' });
  });
});

describe('browsing', () => {
  const request = { hidden: false, suffixes: [] };

  it('shows directories first, then files, without the hidden ones', async () => {
    const { at, files } = await machine();
    const shown = await browse({ ...request, path: at('home') }, files, []);
    expect(shown.entries.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'directory images',
      'directory in',
      'directory out',
      'file notes.txt',
      'file web.strata.json',
    ]);
    expect(shown).toMatchObject({ path: at('home'), parent: null, writable: true });
    const hidden = await browse({ ...request, path: at('home'), hidden: true }, files, []);
    expect(hidden.entries.map(({ name }) => name)).toContain('.hidden');
  });

  it('shows only files of the wanted kind, and the way up as far as it goes', async () => {
    const { at, files } = await machine();
    const shown = await browse(
      { path: at('home', 'images'), hidden: false, suffixes: ['.strata.json'] },
      files,
      [],
    );
    expect(shown).toMatchObject({ parent: at('home'), entries: [] });
    const top = await browse({ path: at('home'), hidden: false, suffixes: ['.strata.json'] }, files, []);
    expect(top.entries.filter(({ kind }) => kind === 'file').map(({ name }) => name)).toEqual([
      'web.strata.json',
    ]);
  });

  it('does not lead out through a link', async () => {
    const { at, files } = await machine();
    await expect(browse({ ...request, path: at('home', 'out') }, files, [])).rejects.toMatchObject({
      code: 'file-system',
    });
  });

  it('says what is not there', async () => {
    const { at, files } = await machine();
    await expect(browse({ ...request, path: at('home', 'gone') }, files, [])).rejects.toMatchObject({
      code: 'file-system',
      message: expect.stringContaining('does not exist'),
    });
  });

  it('makes directories by name, where it may', async () => {
    const { at, files } = await machine();
    expect(await createDirectory(at('home'), 'new', files)).toBe(at('home', 'new'));
    for (const name of ['..', '.', 'a/b', 'a\0']) {
      await expect(createDirectory(at('home'), name, files), name).rejects.toMatchObject({
        code: 'file-system',
      });
    }
    await expect(createDirectory(at('secret'), 'new', files)).rejects.toMatchObject({ code: 'file-system' });
    await expect(createDirectory(at('home'), 'new', files)).rejects.toMatchObject({
      message: expect.stringContaining('exists'),
    });
  });
});
