import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { streamReader } from '../../../src/main/archive/byte-reader.ts';
import { readTarEntries } from '../../../src/main/archive/tar-reader.ts';
import { openStoredBlob } from '../../../src/main/images/checked-blob.ts';
import { readLayer } from '../../../src/main/images/read-layer.ts';
import { sha256 } from '../../support/registry-image.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strata-gnu-tar-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A file with many holes: more parts than the header of GNU's old form has room for. */
async function writeSparse(path: string, parts: number): Promise<void> {
  const file = await open(path, 'w');
  for (let part = 0; part < parts; part += 1) await file.write('x', part * 1_000_000);
  await file.truncate(parts * 1_000_000);
  await file.close();
}

async function pack(...options: string[]): Promise<Buffer> {
  const archive = join(directory, 'archive.tar');
  await execa('tar', [...options, '-cf', archive, '-C', directory, 'sparse', 'after']);
  return readFile(archive);
}

describe("GNU tar's archives", () => {
  it.each([
    ['gnu', []],
    ['pax', ['--sparse-version=0.0']],
    ['pax', ['--sparse-version=0.1']],
    ['pax', ['--sparse-version=1.0']],
  ] as const)('of sparse files are read (%s %s)', async (format, options) => {
    await writeSparse(join(directory, 'sparse'), 40);
    await writeFile(join(directory, 'after'), 'contents');
    const bytes = await pack(`--format=${format}`, '--sparse', ...options);
    expect(bytes.length).toBeLessThan(1_000_000);

    const entries = [];
    async function* whole() {
      yield bytes;
    }
    for await (const entry of readTarEntries(streamReader(whole()))) entries.push(entry);
    expect(entries).toMatchObject([
      { path: 'sparse', type: 'file', sizeBytes: 40_000_000 },
      { path: 'after', type: 'file', sizeBytes: 8, storedBytes: 8 },
    ]);
  });

  it('of a layer that is labelled, old and of large owners are read', async () => {
    await writeSparse(join(directory, 'sparse'), 2);
    await writeFile(join(directory, 'after'), 'contents');
    const owner = ['--owner=a:3000000', '--group=b:4000000', '--mtime=@-86400'];
    const bytes = await pack('--format=gnu', '--sparse', '--label=a label', ...owner);
    const layer = {
      mediaType: 'application/vnd.oci.image.layer.v1.tar',
      digest: sha256(bytes),
      size: bytes.length,
    };
    const stored = join(directory, 'archive.tar');
    const { entries } = await readLayer({ openBlob: async (blob) => openStoredBlob(stored, blob) }, layer);
    expect(entries).toMatchObject([
      { path: 'a label', type: 'other', sizeBytes: 0 },
      { path: 'sparse', sizeBytes: 2_000_000, uid: 3_000_000, gid: 4_000_000 },
      { path: 'after', sizeBytes: 8, contentDigest: sha256(Buffer.from('contents')).slice(7) },
    ]);
    expect(entries[1]).not.toHaveProperty('contentDigest');
  });
});
