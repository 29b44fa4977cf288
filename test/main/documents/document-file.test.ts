import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocumentFile, saveDocumentFile } from '../../../src/main/documents/document-file.ts';
import { documentOf, temporaryDirectory } from './support.ts';

const inDirectory = () => join(temporaryDirectory(), 'web.strata.json');

describe('a document', () => {
  it('saved and opened again is the same', async () => {
    const path = inDirectory();
    const document = documentOf('bash', 'python3Packages.requests');
    const saved = await saveDocumentFile({ path, document, fingerprint: null, replace: false });
    expect(await readDocumentFile(path)).toEqual({ path, document, fingerprint: saved.fingerprint });
  });

  it('is not saved over a file that is there already, unless that is meant', async () => {
    const path = inDirectory();
    writeFileSync(path, 'precious');
    const save = { path, document: documentOf('bash'), fingerprint: null };
    await expect(saveDocumentFile({ ...save, replace: false })).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(path, 'utf8')).toBe('precious');
    await saveDocumentFile({ ...save, replace: true });
    expect((await readDocumentFile(path)).document.packages).toEqual(['bash']);
  });

  it('that another window saved meanwhile is not overwritten', async () => {
    const path = inDirectory();
    const mine = await saveDocumentFile({ path, document: documentOf(), fingerprint: null, replace: false });
    const theirs = await saveDocumentFile({ ...mine, document: documentOf('git'), replace: false });
    await expect(
      saveDocumentFile({ path, document: documentOf('curl'), fingerprint: mine.fingerprint, replace: false }),
    ).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('web.strata.json') });
    expect((await readDocumentFile(path)).document.packages).toEqual(['git']);
    await saveDocumentFile({ ...theirs, document: documentOf('curl'), replace: false });
    expect((await readDocumentFile(path)).document.packages).toEqual(['curl']);
  });

  it('that was removed meanwhile is saved anew', async () => {
    const path = inDirectory();
    await saveDocumentFile({
      path,
      document: documentOf('git'),
      fingerprint: 'of the old file',
      replace: false,
    });
    expect((await readDocumentFile(path)).document.packages).toEqual(['git']);
  });

  it('with an unknown field is refused by its name', async () => {
    const path = inDirectory();
    writeFileSync(path, JSON.stringify({ version: 1, pakages: ['bash'] }));
    await expect(readDocumentFile(path)).rejects.toMatchObject({
      code: 'invalid-document',
      message: expect.stringMatching(/web\.strata\.json.*"pakages"/),
    });
  });

  it('of a newer version is refused as such, whatever else is new in it', async () => {
    const path = inDirectory();
    writeFileSync(path, JSON.stringify({ version: 7, planets: [] }));
    await expect(readDocumentFile(path)).rejects.toMatchObject({
      code: 'invalid-document',
      message: 'web.strata.json has version 7; this Strata reads version 1.',
      hint: expect.stringContaining('newer Strata'),
    });
  });

  it('that is not there, or is no document, says so', async () => {
    const path = inDirectory();
    await expect(readDocumentFile(path)).rejects.toMatchObject({
      code: 'file-system',
      message: `Cannot read ${path}: it does not exist (ENOENT).`,
    });
    writeFileSync(path, 'x'.repeat(5_000_000));
    await expect(readDocumentFile(path)).rejects.toMatchObject({
      code: 'file-system',
      message: `Cannot read ${path}: it has more than 4000000 bytes.`,
    });
    await expect(readDocumentFile(join(path, '..'))).rejects.toMatchObject({ code: 'file-system' });
  });
});
