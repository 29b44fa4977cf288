import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What the builder says of a file whose program headers are these: it reads them with nothing but bash and od. */
describe('refuseOverlaps', () => {
  const script = resolve('nix/starter/units/build/elf.sh');
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'strata-elf-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function refusal(file: Buffer): Promise<{ exitCode: number | undefined; says: string }> {
    const path = join(folder, 'program');
    await writeFile(path, file);
    const code = 'patchelf() { echo "patchelf 0.0"; }; . "$0"; refuseOverlaps "$1"';
    const { exitCode, stderr } = await execa('bash', ['-eu', '-c', code, script, path], {
      reject: false,
      // Debian's bash reads its bashrc where stdin is a socket, as Node's pipes are.
      stdin: 'ignore',
    });
    return { exitCode, says: stderr };
  }

  it('takes segments that follow each other', async () => {
    const file = elfOf([
      { type: LOAD, address: 0x400000, length: 0x1338 },
      { type: LOAD, address: 0x402338, length: 0x4ab0 },
    ]);
    expect(await refusal(file)).toEqual({ exitCode: 0, says: '' });
  });

  it('takes what is not loaded wherever it is, and in what order', async () => {
    const file = elfOf([
      { type: 6, address: 0x400040, length: 0x310 },
      { type: LOAD, address: 0x400000, length: 0x1338 },
      { type: 3, address: 0x400350, length: 0x6a },
    ]);
    expect(await refusal(file)).toEqual({ exitCode: 0, says: '' });
  });

  // The numbers of gawk 5.2.1 after patchelf 0.18.
  it('names a file of which one segment lies over another', async () => {
    const file = elfOf([
      { type: LOAD, address: 0x3fe000, length: 0x3400 },
      { type: LOAD, address: 0x400338, length: 0x4ab0 },
    ]);
    const { exitCode, says } = await refusal(file);
    expect(exitCode).toBe(1);
    expect(says).toContain(`patchelf 0.0 has damaged ${join(folder, 'program')}`);
  });

  it('refuses segments that only share a page', async () => {
    const file = elfOf([
      { type: LOAD, address: 0x400000, length: 0x1338 },
      { type: LOAD, address: 0x401400, length: 0x10 },
    ]);
    expect((await refusal(file)).exitCode).toBe(1);
  });

  it('leaves files of 32 bits alone', async () => {
    const file = elfOf([
      { type: LOAD, address: 0x400000, length: 0x1338 },
      { type: LOAD, address: 0x400000, length: 0x1338 },
    ]);
    file.writeUInt8(1, 4);
    expect(await refusal(file)).toEqual({ exitCode: 0, says: '' });
  });
});

const LOAD = 1;

/** An ELF file that has nothing but headers. */
function elfOf(segments: readonly { type: number; address: number; length: number }[]): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(segments.length, 56);
  const entries = segments.map(({ type, address, length }) => {
    const entry = Buffer.alloc(56);
    entry.writeUInt32LE(type, 0);
    // Readable: in the same number of 64 bits as the type.
    entry.writeUInt32LE(4, 4);
    entry.writeBigUInt64LE(BigInt(address), 16);
    entry.writeBigUInt64LE(BigInt(length), 32);
    entry.writeBigUInt64LE(BigInt(length), 40);
    return entry;
  });
  return Buffer.concat([header, ...entries]);
}
