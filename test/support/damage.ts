/** What a disk, a crash or another version may make of a file. */
export interface Damage {
  readonly name: string;
  apply(bytes: Buffer, random: () => number): Buffer;
}

const below = (random: () => number, limit: number): number => Math.floor(random() * limit);

function flip(bytes: Buffer, random: () => number, count: number): Buffer {
  const damaged = Buffer.from(bytes);
  for (let i = 0; i < count && damaged.length > 0; i += 1) {
    damaged[below(random, damaged.length)] = below(random, 256);
  }
  return damaged;
}

export const DAMAGES: readonly Damage[] = [
  { name: 'one flipped byte', apply: (bytes, random) => flip(bytes, random, 1) },
  { name: 'twelve flipped bytes', apply: (bytes, random) => flip(bytes, random, 12) },
  {
    name: 'flipped bytes in its first hundred',
    apply: (bytes, random) => Buffer.concat([flip(bytes.subarray(0, 100), random, 3), bytes.subarray(100)]),
  },
  { name: 'cut off', apply: (bytes, random) => bytes.subarray(0, below(random, bytes.length)) },
  { name: 'empty', apply: () => Buffer.alloc(0) },
  {
    name: 'zeroes from somewhere on',
    apply: (bytes, random) => Buffer.from(bytes).fill(0, below(random, bytes.length)),
  },
  {
    name: 'a page of something else',
    apply(bytes, random) {
      const at = below(random, Math.ceil(bytes.length / 4096)) * 4096;
      return Buffer.from(bytes).fill(0xa5, at, Math.min(bytes.length, at + 4096));
    },
  },
  {
    name: 'of a newer version',
    apply(bytes) {
      if (!bytes.toString('latin1').startsWith('SQLite format 3')) {
        return Buffer.from(`{"version":99,"contents":${JSON.stringify(bytes.toString())}}`);
      }
      const newer = Buffer.from(bytes);
      // user_version (https://www.sqlite.org/fileformat.html, 1.3).
      newer.writeUInt32BE(99, 60);
      return newer;
    },
  },
];
