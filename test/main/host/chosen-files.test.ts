import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRecentDocuments } from '../../../src/main/documents/recent-documents.ts';
import { createFileAccess } from '../../../src/main/files/file-access.ts';
import { openChosenFiles } from '../../../src/main/host/chosen-files.ts';
import { temporaryDirectory } from '../documents/support.ts';

/** A host that begins, on the same machine each time. */
async function machine() {
  const homeDirectory = realpathSync(temporaryDirectory());
  const dataDirectory = join(homeDirectory, '.data');
  const begin = async () => {
    const files = await createFileAccess([], 'Choose it.');
    const recent = createRecentDocuments(dataDirectory, () => new Date());
    const chosen = await openChosenFiles({ files, recent, dataDirectory, homeDirectory });
    const may = (...names: string[]) =>
      files.check(join(homeDirectory, ...names)).then(
        () => true,
        () => false,
      );
    return { may, recent, choose: (...names: string[]) => chosen.choose(join(homeDirectory, ...names)) };
  };
  return { begin, homeDirectory, dataDirectory };
}

describe('what the user chose in dialogs of the system', () => {
  it('is all that a window of the desktop app may use, and is remembered', async () => {
    const { begin } = await machine();
    const first = await begin();
    expect(await first.may('image.tar')).toBe(false);
    await first.choose('image.tar');
    await first.choose('out');
    for (const host of [first, await begin()]) {
      expect(await host.may('image.tar')).toBe(true);
      expect(await host.may('out', 'index.json')).toBe(true);
      expect(await host.may('.bashrc')).toBe(false);
      expect(await host.may('.data', 'chosen-files.json')).toBe(false);
    }
  });

  it('brings with a document its lock and its directory, but not the whole home', async () => {
    const { begin, homeDirectory } = await machine();
    mkdirSync(join(homeDirectory, 'app'));
    const host = await begin();
    await host.choose('app', 'web.strata.json');
    expect(await host.may('app', 'files', 'start.sh')).toBe(true);
    await host.choose('mine.strata.json');
    expect(await host.may('mine.strata.json')).toBe(true);
    expect(await host.may('mine.strata.lock')).toBe(true);
    expect(await host.may('.bashrc')).toBe(false);
  });

  it('has the documents of earlier starts in it, and is begun anew where its file is damaged', async () => {
    const { begin, homeDirectory, dataDirectory } = await machine();
    const host = await begin();
    await host.choose('image.tar');
    await host.recent.add(join(homeDirectory, 'app', 'web.strata.json'));
    writeFileSync(join(dataDirectory, 'chosen-files.json'), '[1,');
    const next = await begin();
    expect(await next.may('app', 'web.strata.json')).toBe(true);
    expect(await next.may('image.tar')).toBe(false);
  });
});
