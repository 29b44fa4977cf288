import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { streamReader } from '../../../src/main/archive/byte-reader.ts';
import { readTarEntries } from '../../../src/main/archive/tar-reader.ts';
import type { WriteBytes } from '../../../src/main/images/copy-blob.ts';
import { type ArchiveEntry, writeTar } from '../../../src/main/images/write-tar.ts';

const PIECES = 60;
const PIECE_BYTES = 300_000;

/** Its bytes are lent: the one buffer is used for each piece. */
const large = (after: () => void = () => {}): ArchiveEntry => ({
  type: 'file',
  path: 'large',
  sizeBytes: PIECES * PIECE_BYTES,
  async produce(write) {
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let index = 0; index < PIECES; index += 1) {
      await write(piece.fill(index));
      after();
    }
  },
});

it('writes a large file piece by piece, to a slow reader too, and has nothing to warn of', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const written: Buffer[] = [];
  const slowly: WriteBytes = async (bytes) => {
    written.push(Buffer.from(bytes));
    await turn();
  };
  await writeTar([{ type: 'directory', path: 'empty' }, large()], slowly);
  await turn();
  expect(warnings).toEqual([]);
  const archive = Buffer.concat(written);
  const entries: unknown[] = [];
  for await (const { path, type, sizeBytes } of readTarEntries(streamReader(Readable.from(written)))) {
    entries.push([path.replace(/\/$/, ''), type, sizeBytes]);
  }
  expect(entries).toEqual([
    ['empty', 'directory', 0],
    ['large', 'file', PIECES * PIECE_BYTES],
  ]);
  const start = archive.length - 1024 - Math.ceil((PIECES * PIECE_BYTES) / 512) * 512;
  for (const index of [0, 1, PIECES - 1]) {
    expect(archive[start + index * PIECE_BYTES]).toBe(index);
    expect(archive[start + (index + 1) * PIECE_BYTES - 1]).toBe(index);
  }
});

it('ends with the error of whoever reads, once whoever gives has let go', async () => {
  const full = new Error('full');
  await expect(
    writeTar([large()], async () => {
      throw full;
    }),
  ).rejects.toBe(full);
});

it('ends with the error of whoever gives', async () => {
  const damaged = new Error('damaged');
  const failing = large(() => {
    throw damaged;
  });
  await expect(writeTar([failing], async () => {})).rejects.toBe(damaged);
});
