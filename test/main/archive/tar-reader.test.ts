import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { streamReader } from '../../../src/main/archive/byte-reader.ts';
import { raw, rawPath } from '../../../src/main/archive/raw-path.ts';
import type { StoredTarEntry } from '../../../src/main/archive/tar-entry.ts';
import { BadTar } from '../../../src/main/archive/tar-fields.ts';
import { TAR_END, tarHeader } from '../../../src/main/archive/tar-header.ts';
import { readTarEntries } from '../../../src/main/archive/tar-reader.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, pieceBytes = 700): Promise<readonly StoredTarEntry[]> {
  const entries: StoredTarEntry[] = [];
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
  const header = tarHeader({ type: 'file', path: raw`a`, mode: 0o644 });
  change(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** An entry `a` after an extended header with these records. */
function paxArchive(...records: string[]): Buffer {
  const body = records
    .map((record) => {
      let length = record.length + 3;
      while (`${length} ${record}\n`.length !== length) length += 1;
      return `${length} ${record}\n`;
    })
    .join('');
  const header = forged((bytes) => {
    bytes.write('x', 156);
    bytes.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  });
  const padded = Buffer.alloc(512);
  padded.write(body, 'latin1');
  return Buffer.concat([header, padded, tarHeader({ type: 'file', path: raw`a`, mode: 0o644 }), TAR_END]);
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
      tarHeader({ type: 'file', path: rawPath('n'.repeat(100)), mode: 0o644 }),
      TAR_END,
    ]);
    expect(await read(bytes)).toMatchObject([{ path: name }]);
  });

  it('steps over the contents of entries that it does not know', async () => {
    const label = forged((header) => {
      header.write('V', 156);
      header.write('00000000012\0', 124);
    });
    const contents = Buffer.alloc(512, 'x');
    const bytes = Buffer.concat([
      label,
      contents,
      tarHeader({ type: 'file', path: raw`b`, mode: 0o644 }),
      TAR_END,
    ]);
    expect(await read(bytes)).toMatchObject([
      { type: 'other', sizeBytes: 0 },
      { type: 'file', path: 'b' },
    ]);
  });

  it('reads times before 1970 and large owners, in either form', async () => {
    const base256 = forged((header) => {
      // -2 in two's complement, and 3 000 000.
      header.fill(0xff, 136, 147).writeUInt8(0xfe, 147);
      header.fill(0, 108, 116).writeUInt8(0x80, 108);
      header.writeUInt32BE(3_000_000, 112);
    });
    expect(await read(Buffer.concat([base256, TAR_END]))).toMatchObject([{ mtime: -2, uid: 3_000_000 }]);
    const pax = paxArchive('mtime=-1.5', 'uid=3000000', 'gid=4000000');
    expect(await read(pax)).toMatchObject([{ mtime: -2, uid: 3_000_000, gid: 4_000_000 }]);
  });

  it('takes an extended name without a value for none', async () => {
    expect(await read(paxArchive('path=b', 'path='))).toMatchObject([{ path: 'a' }]);
  });

  it('takes a file whose name ends with a slash for a directory only where the archive is from before ustar', async () => {
    const named = (flag: string) =>
      forged((header) => {
        header.write('a/', 0);
        header.write(flag, 156, 'latin1');
      });
    expect(await read(Buffer.concat([named('0'), TAR_END]))).toMatchObject([{ path: 'a', type: 'file' }]);
    expect(await read(Buffer.concat([named('\0'), TAR_END]))).toMatchObject([
      { path: 'a', type: 'directory' },
    ]);
  });

  it('takes headers whose check sum was made of signed bytes', async () => {
    const header = tarHeader({ type: 'file', path: raw`é`, mode: 0o644 }).subarray(-512);
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + (byte < 128 ? byte : byte - 256), 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect(await read(Buffer.concat([header, TAR_END]))).toHaveLength(1);
  });

  it.each([
    ['goes on after one empty block', Buffer.concat([Buffer.alloc(512), forged(() => {})]), 'goes on after'],
    ['has a NUL in an extended name', paxArchive('path=a\0b'), 'a name with a NUL'],
    ['has an extended record without a key', paxArchive('=b'), 'extended header is damaged'],
    ['has an extended size beyond all numbers', paxArchive('size=99999999999999999999'), 'cannot be'],
    ['ends without end blocks', tarHeader({ type: 'file', path: raw`a`, mode: 0 }), 'two empty blocks'],
    [
      'ends in a header',
      tarHeader({ type: 'file', path: raw`a`, mode: 0 }).subarray(0, 300),
      'middle of a header',
    ],
    ['ends in contents', tarHeader({ type: 'file', path: raw`a`, mode: 0, sizeBytes: 9 }), 'the middle of a'],
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
