import { decodeUtf8 } from './json.ts';
import { endOfPlainString, QUOTE } from './json-bytes.ts';

/**
 * The different store paths in JSON bytes, numbered from 0 in the order of their first appearance. Their bytes are
 * gathered end to end, so that looking one up stays within a few megabytes whatever the size of the source.
 */
export interface ByteStrings {
  /** How many there are. */
  readonly count: () => number;
  /** How many there can be. */
  readonly capacity: number;
  /** Number of the path that begins at `start` in the source, or -1: see {@link byteStrings}. */
  readonly intern: (start: number) => number;
  /** Bytes of the path with this number. */
  readonly lengthOf: (number: number) => number;
  readonly gathered: () => Gathered;
  /** Where the hash begins in each path. Before it all are alike. */
  readonly hashStart: () => number;
}

/** Strings end to end: string `s` is `bytes[offsets[s]] … bytes[offsets[s + 1] - 1]`. */
export interface Gathered {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

const SLASH = 0x2f;
/** Characters of a path's hash that the table goes by: 40 of its 160 bits. */
const HASHED = 8;
/** A half empty table hardly ever needs as many; paths that were made to collide do. */
const MAX_PROBES = 64;
/** A record of a path and its references takes some hundreds of bytes, so a quarter of the table is in use. */
const BYTES_A_SLOT = 128;
/** Room for the first paths; there is more as they come. */
const FIRST_BYTES = 1 << 16;

/**
 * A hash table over `bytes`, with open addressing and linear probing. It takes what store paths look like; anything
 * else (characters beyond ASCII, escapes, a few characters only, several stores, hashes alike, too many) is -1 instead.
 */
export function byteStrings(bytes: Uint8Array): ByteStrings {
  /** Numbers plus one; 0 is free. */
  const table = new Uint32Array(2 ** Math.ceil(Math.log2(bytes.length / BYTES_A_SLOT + 2)));
  const mask = table.length - 1;
  const capacity = Math.floor(table.length * 0.75);
  let gathered = new Uint8Array(FIRST_BYTES);
  const offsets = new Uint32Array(capacity + 1);
  let count = 0;
  /** Where the hash begins in a path: after the store directory of the first one. */
  let prefix = 0;

  function slotOf(start: number): number {
    let hash = 0;
    for (let at = start + prefix; at < start + prefix + HASHED; at++) hash = Math.imul(hash, 33) ^ bytes[at];
    return (Math.imul(hash, 0x9e3779b1) >>> 7) & mask;
  }

  /** Whether the string at `start` is the path with this number, to its closing quote. */
  function isSame(number: number, start: number): boolean {
    const end = offsets[number + 1];
    let at = start;
    for (let from = offsets[number]; from < end; from++) if (gathered[from] !== bytes[at++]) return false;
    return bytes[at] === QUOTE;
  }

  function intern(start: number): number {
    if (count === 0) prefix = bytes.lastIndexOf(SLASH, endOfPlainString(bytes, start)) + 1 - start;
    let slot = slotOf(start);
    for (let probes = 0; table[slot] !== 0; probes++) {
      if (isSame(table[slot] - 1, start)) return table[slot] - 1;
      if (probes === MAX_PROBES) return -1;
      slot = (slot + 1) & mask;
    }
    const end = endOfPlainString(bytes, start);
    // In a shorter string the slot would depend on what follows it.
    if (prefix <= 0 || end < start + prefix + HASHED || count === capacity) return -1;
    for (let at = 0; count > 0 && at < prefix; at++) if (gathered[at] !== bytes[start + at]) return -1;
    let to = offsets[count];
    while (to + end - start > gathered.length) gathered = doubled(gathered);
    for (let at = start; at < end; at++) gathered[to++] = bytes[at];
    offsets[++count] = to;
    table[slot] = count;
    return count - 1;
  }

  return {
    count: () => count,
    capacity,
    intern,
    lengthOf: (number) => offsets[number + 1] - offsets[number],
    hashStart: () => prefix,
    gathered: () => ({
      bytes: gathered.subarray(0, offsets[count]),
      offsets: offsets.subarray(0, count + 1),
    }),
  };
}

function doubled(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}

/** Copies short ranges end to end, each from its start up to, not including, its end. */
export function gatherRanges(bytes: Uint8Array, starts: Uint32Array, ends: Uint32Array): Gathered {
  const offsets = new Uint32Array(starts.length + 1);
  for (let range = 0; range < starts.length; range++) {
    offsets[range + 1] = offsets[range] + ends[range] - starts[range];
  }
  const gathered = new Uint8Array(offsets[starts.length]);
  for (let range = 0; range < starts.length; range++) {
    let to = offsets[range];
    for (let at = starts[range]; at < ends[range]; at++) gathered[to++] = bytes[at];
  }
  return { bytes: gathered, offsets };
}

/** Slices of one decoded string, which are faster than many decodings. */
export function stringsOf({ bytes, offsets }: Gathered): string[] {
  if (bytes.length === 0) return Array<string>(offsets.length - 1).fill('');
  const text = decodeUtf8(bytes);
  const slices: string[] = [];
  for (let at = 1; at < offsets.length; at++) slices.push(text.slice(offsets[at - 1], offsets[at]));
  return slices;
}
