import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { extract, type Header } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { streamReader } from '../../../src/main/archive/byte-reader.ts';
import { latin1Path, raw, rawPath } from '../../../src/main/archive/raw-path.ts';
import type { WrittenTarEntry } from '../../../src/main/archive/tar-entry.ts';
import { TAR_END, tarHeader } from '../../../src/main/archive/tar-header.ts';
import { readTarEntries } from '../../../src/main/archive/tar-reader.ts';

const file = (path: string, more: Partial<WrittenTarEntry> = {}): WrittenTarEntry => ({
  type: 'file',
  path: rawPath(path),
  mode: 0o444,
  ...more,
});

/** What another implementation of tar makes of a header. */
async function readByTarStream(header: Buffer): Promise<Header> {
  const { promise, resolve, reject } = Promise.withResolvers<Header>();
  const reader = extract();
  reader.on('entry', (entry, stream) => {
    resolve(entry);
    // There are no contents here.
    stream.on('error', () => {});
    reader.destroy();
  });
  reader.on('error', reject);
  reader.end(Buffer.concat([header, TAR_END]));
  return promise;
}

async function readByOwnReader(header: Buffer) {
  async function* bytes() {
    yield Buffer.concat([header, TAR_END]);
  }
  for await (const entry of readTarEntries(streamReader(bytes()))) return entry;
  throw new Error('There is no entry.');
}

describe('a tar header', () => {
  it('is the same 512 bytes on every machine: owner 0:0 without names, time 1', () => {
    const header = tarHeader(file('nix/store/abc-hello/bin/hello', { mode: 0o555, sizeBytes: 1234 }));
    const field = (start: number, length: number) => header.toString('latin1', start, start + length);
    expect(header).toHaveLength(512);
    expect(field(0, 30)).toBe('nix/store/abc-hello/bin/hello\0');
    expect(field(100, 24)).toBe('0000555\x000000000\x000000000\0');
    expect(field(124, 24)).toBe('00000002322\x0000000000001\0');
    expect(field(148, 8)).toBe('014564\0 ');
    expect(field(156, 1)).toBe('0');
    expect(field(257, 8)).toBe('ustar\x0000');
    expect(field(265, 64)).toBe('\0'.repeat(64));
    // GNU tar writes the same: --format=ustar --numeric-owner --owner=0 --group=0 --mtime=@1.
    expect(createHash('sha256').update(header).digest('hex')).toBe(
      '5136a200a6e689bf4b9a69b3d8df5d21a2fbe782eaadb2c7036806ec81a65b34',
    );
  });

  it('keeps a mode of 0', async () => {
    expect(await readByTarStream(tarHeader(file('a', { mode: 0 })))).toMatchObject({ mode: 0 });
  });

  it('marks directories with a slash and links with their target', async () => {
    expect(
      await readByTarStream(tarHeader({ type: 'directory', path: raw`nix`, mode: 0o555 })),
    ).toMatchObject({
      name: 'nix/',
      type: 'directory',
      mode: 0o555,
    });
    expect(
      await readByTarStream(tarHeader({ type: 'symlink', path: raw`a`, mode: 0o777, linkTarget: raw`../b` })),
    ).toMatchObject({ type: 'symlink', linkname: '../b' });
  });

  it('splits a name of up to 255 bytes at a slash, and takes an extended header for others', () => {
    const split = `${'d'.repeat(120)}/${'f'.repeat(100)}`;
    expect(tarHeader(file(split))).toHaveLength(512);
    expect(tarHeader(file('f'.repeat(100)))).toHaveLength(512);
    expect(tarHeader(file('f'.repeat(101)))).toHaveLength(3 * 512);
    expect(tarHeader(file(`${'d'.repeat(156)}/f`))).toHaveLength(3 * 512);
  });

  it('writes the size of a file of more than 8 GiB in both of the ways that readers know', async () => {
    const nineGib = 9 * 2 ** 30;
    const header = tarHeader(file('big', { sizeBytes: nineGib }));
    expect(header).toHaveLength(3 * 512);
    expect(header.toString('latin1', 512)).toContain(`19 size=${nineGib}\n`);
    const field = header.subarray(2 * 512 + 124, 2 * 512 + 136);
    expect(field[0]).toBe(0x80);
    expect(field.readBigUInt64BE(4)).toBe(BigInt(nineGib));
    expect(await readByTarStream(header)).toMatchObject({ name: 'big', size: nineGib });
  });

  it('keeps to octal up to the last byte that it can say', async () => {
    const size = 8 * 2 ** 30 - 1;
    const header = tarHeader(file('large', { sizeBytes: size }));
    expect(header).toHaveLength(512);
    expect(await readByTarStream(header)).toMatchObject({ size });
  });

  it('has names that are UTF-8 but not ASCII in an extended header, where they are defined to be UTF-8', async () => {
    const header = tarHeader(file('share/főtanúsítvány.crt'));
    expect(header).toHaveLength(3 * 512);
    expect(await readByTarStream(header)).toMatchObject({ name: 'share/főtanúsítvány.crt' });
  });

  it('carries the bytes of a name that is not UTF-8', async () => {
    const short = tarHeader({ type: 'file', path: raw`caf\xe9`, mode: 0o444 });
    expect(short).toHaveLength(512);
    expect(short.subarray(0, 5)).toEqual(Buffer.from([0x63, 0x61, 0x66, 0xe9, 0]));
    const long = tarHeader({ type: 'file', path: latin1Path(`${'x'.repeat(200)}\xe9`), mode: 0o444 });
    expect(long.toString('latin1')).toContain(`21 hdrcharset=BINARY\n211 path=${'x'.repeat(200)}\xe9\n`);
    expect((await readByOwnReader(long)).path).toBe(`${'x'.repeat(200)}\xe9`);
  });

  it('can be read back, whatever the name, the target and the size', async () => {
    const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 0x2f);
    const name = fc
      .array(fc.oneof(byte, fc.constantFrom(0x61, 0x62)), { minLength: 1, maxLength: 120 })
      .map((codes) => String.fromCharCode(...codes));
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => latin1Path(names.join('/')));
    await fc.assert(
      fc.asyncProperty(
        path,
        path,
        fc.integer({ min: 0, max: 2 ** 45 }),
        async (at, linkTarget, sizeBytes) => {
          const read = await readByOwnReader(
            tarHeader({ type: 'symlink', path: at, mode: 0o777, linkTarget }),
          );
          expect(read).toMatchObject({
            path: at,
            linkTarget: linkTarget,
            type: 'symlink',
            mtime: 1,
            uid: 0,
            gid: 0,
          });
          const header = tarHeader({ type: 'file', path: at, mode: 0o555, sizeBytes });
          expect(header.length % 512).toBe(0);
          const reader = readByOwnReader(Buffer.concat([header]));
          expect(await reader).toMatchObject({ path: at, mode: 0o555, sizeBytes });
        },
      ),
    );
  });
});
