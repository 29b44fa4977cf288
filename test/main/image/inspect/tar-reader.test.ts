import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { streamReader } from '../../../../src/main/image/inspect/byte-reader.ts';
import {
  BadTar,
  readTarEntries,
  type TarReaderEntry,
} from '../../../../src/main/image/inspect/tar-reader.ts';
import { TAR_END, tarHeader } from '../../../../src/main/pack/tar-header.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, pieceBytes = 700): Promise<readonly TarReaderEntry[]> {
  const entries: TarReaderEntry[] = [];
  for await (const entry of readTarEntries(streamReader(inPieces(bytes, pieceBytes)))) entries.push(entry);
  return entries;
}

/** An archive by another implementation. */
async function byTarStream(fill: (archive: ReturnType<typeof pack>) => void): Promise<Buffer> {
  const archive = pack();
  fill(archive);
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** A header with its check sum made right again after a change. */
function forged(change: (header: Buffer) => void): Buffer {
  const header = tarHeader({ type: 'file', path: 'a', mode: 0o644 });
  change(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

describe('reading tar archives', () => {
  it('understands what another implementation writes', async () => {
    const long = `${'deep/'.repeat(40)}name`;
    const bytes = await byTarStream((archive) => {
      archive.entry({
        name: 'dir',
        type: 'directory',
        mode: 0o750,
        uid: 7,
        gid: 8,
        mtime: new Date(86_400_000),
      });
      archive.entry({ name: 'dir/file', mode: 0o4755 }, 'contents');
      archive.entry({ name: 'dir/link', type: 'symlink', linkname: 'file' });
      archive.entry({ name: 'dir/hard', type: 'link', linkname: 'dir/file' });
      archive.entry({ name: long }, 'x'.repeat(2000));
      archive.entry({ name: 'tty', type: 'character-device', devmajor: 5 });
      archive.entry({ name: 'naïve', type: 'fifo' });
    });
    for (const pieceBytes of [1, 511, 4096, bytes.length]) {
      expect(await read(bytes, pieceBytes)).toMatchObject([
        { path: 'dir', type: 'directory', mode: 0o750, uid: 7, gid: 8, mtime: 86_400 },
        { path: 'dir/file', type: 'file', mode: 0o4755, sizeBytes: 8 },
        { path: 'dir/link', type: 'symlink', linkTarget: 'file', sizeBytes: 0 },
        { path: 'dir/hard', type: 'hardlink', linkTarget: 'dir/file', sizeBytes: 0 },
        { path: long, sizeBytes: 2000 },
        { path: 'tty', type: 'character-device' },
        { path: Buffer.from('naïve').toString('latin1'), type: 'fifo' },
      ]);
    }
  });

  it('tells where contents start', async () => {
    const bytes = await byTarStream((archive) => {
      archive.entry({ name: 'a' }, 'first');
      archive.entry({ name: 'b' }, 'second');
    });
    const texts = (await read(bytes)).map(({ offset, sizeBytes }) =>
      bytes.toString('utf8', offset, offset + sizeBytes),
    );
    expect(texts).toEqual(['first', 'second']);
  });

  it('reads GNU long names', async () => {
    const name = 'n'.repeat(150);
    const gnu = forged((header) => {
      header.write('L', 156);
      header.write('00000000227\0', 124);
    });
    const body = Buffer.alloc(512);
    body.write(name);
    const bytes = Buffer.concat([
      gnu,
      body,
      tarHeader({ type: 'file', path: 'n'.repeat(100), mode: 0o644 }),
      TAR_END,
    ]);
    expect(await read(bytes)).toMatchObject([{ path: name }]);
  });

  it.each([
    ['ends without end blocks', tarHeader({ type: 'file', path: 'a', mode: 0 }), 'two empty blocks'],
    [
      'ends in a header',
      tarHeader({ type: 'file', path: 'a', mode: 0 }).subarray(0, 300),
      'middle of a header',
    ],
    ['ends in contents', tarHeader({ type: 'file', path: 'a', mode: 0, sizeBytes: 9 }), 'the middle of a'],
    ['has another check sum', Buffer.alloc(512, 'x'), 'is damaged'],
    ['has a size that is no number', forged((header) => header.write('9x', 124)), 'not a number'],
    ['has a negative size', forged((header) => header.fill(0xff, 124, 136)), 'cannot be'],
    [
      'has an extended header without end',
      forged((header) => header.write('x00000000', 156)),
      'cannot|two empty',
    ],
    [
      'has an extended header larger than any name',
      forged((header) => {
        header.write('x', 156);
        header.write('77777777777\0', 124);
      }),
      'larger than any name',
    ],
  ])('refuses an archive that %s', async (_, bytes, message) => {
    const failure = read(bytes);
    await expect(failure).rejects.toBeInstanceOf(BadTar);
    await expect(failure).rejects.toThrow(new RegExp(message));
  });

  it('ends with BadTar or entries for any bytes whatever', async () => {
    const noise = fc.uint8Array({ maxLength: 3000 });
    const flip = fc.record({ at: fc.nat(5000), to: fc.nat(255) });
    const sound = await byTarStream((archive) => {
      archive.entry({ name: 'long/'.repeat(50) }, 'contents');
      archive.entry({ name: 'b', type: 'symlink', linkname: 'c'.repeat(200) });
    });
    await fc.assert(
      fc.asyncProperty(noise, fc.array(flip, { maxLength: 4 }), async (bytes, flips) => {
        const changed = Buffer.from(sound);
        for (const { at, to } of flips) changed[at % changed.length] = to;
        for (const archive of [Buffer.from(bytes), changed]) {
          await read(archive).catch((error: unknown) => expect(error).toBeInstanceOf(BadTar));
        }
      }),
    );
  });
});
