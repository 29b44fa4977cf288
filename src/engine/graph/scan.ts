import type { GraphColumns } from './build.ts';
import { type ByteStrings, byteStrings, gatherRanges, stringsOf } from './byte-strings.ts';
import { GraphError } from './graph-error.ts';
import { decodeUtf8, parseJson } from './json.ts';
import {
  ascii,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  endOfNumber,
  endOfScalar,
  endOfString,
  expect,
  numberBetween,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  SURPRISE,
  skipSpace,
  startsWith,
  surpriseIf,
} from './json-bytes.ts';
import { sortKeys } from './sort-paths.ts';

/** What a scan found: the graph, and the value that it stood in with {@link GRAPH_MARKER} in its place. */
export interface Scan {
  readonly columns: GraphColumns;
  readonly rest: unknown;
}

/** Stands in {@link Scan.rest} for the array that was scanned. */
export const GRAPH_MARKER = 'graph read ahead';

/**
 * Reads the array under a key `graph` straight from bytes, several times as fast as parsing and checking it, since no
 * object is made of a record and no string of a reference. It knows the JSON that Nix writes (plain ASCII strings, whole
 * numbers) with fields and white space in any order. At the first surprise, be it wrong or only unusual, it gives up
 * with undefined, and the reader that can tell the two apart takes over.
 */
export function scanGraph(bytes: Uint8Array): Scan | undefined {
  const start = findGraph(bytes);
  if (start === -1) return undefined;
  try {
    const { columns, end } = scanRecords(bytes, start);
    const before = decodeUtf8(bytes.subarray(0, start));
    const after = decodeUtf8(bytes.subarray(end));
    surpriseIf(before.includes(GRAPH_MARKER) || after.includes(GRAPH_MARKER));
    return { columns, rest: parseJson(`${before}"${GRAPH_MARKER}"${after}`) };
  } catch (error) {
    // A GraphError here has its place in the rest, not in the source.
    if (error === SURPRISE || error instanceof GraphError) return undefined;
    throw error;
  }
}

const key = (name: string) => ascii(`"${name}"`);
const GRAPH = key('graph');
const PATH = key('path');
const NAR_SIZE = key('narSize');
const CLOSURE_SIZE = key('closureSize');
const NAR_HASH = key('narHash');
const REFERENCES = key('references');

/** Store paths are longer than this, so there are fewer references. */
const BYTES_A_REFERENCE = 32;

/** Offset of the bracket that opens the first array of objects under a key `graph`, or -1. */
export function findGraph(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(QUOTE); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
    if (!startsWith(bytes, at, GRAPH)) continue;
    const colon = skipSpace(bytes, at + GRAPH.length);
    const open = skipSpace(bytes, colon + 1);
    if (bytes[colon] !== COLON || bytes[open] !== OPEN_ARRAY) continue;
    if (bytes[skipSpace(bytes, open + 1)] === OPEN_OBJECT) return open;
  }
  return -1;
}

/** Columns of the records so far, as long as there can be records. */
interface Rows {
  readonly known: ByteStrings;
  /** Number of each record's path in `known`. */
  readonly paths: Uint32Array;
  readonly narSizes: Float64Array;
  readonly closureSizes: Float64Array;
  /** First byte and closing quote of each NAR hash, both 0 where there is none. */
  readonly hashStarts: Uint32Array;
  readonly hashEnds: Uint32Array;
  /** Row starts into `references`, which hold numbers in `known`. */
  readonly offsets: Uint32Array;
  readonly references: Uint32Array;
  count: number;
}

function scanRecords(bytes: Uint8Array, start: number): { columns: GraphColumns; end: number } {
  const known = byteStrings(bytes);
  const rows: Rows = {
    known,
    paths: new Uint32Array(known.capacity),
    narSizes: new Float64Array(known.capacity),
    closureSizes: new Float64Array(known.capacity),
    hashStarts: new Uint32Array(known.capacity),
    hashEnds: new Uint32Array(known.capacity),
    offsets: new Uint32Array(known.capacity + 1),
    references: new Uint32Array(Math.ceil(bytes.length / BYTES_A_REFERENCE)),
    count: 0,
  };
  let at = start;
  do at = skipSpace(bytes, scanRecord(bytes, skipSpace(bytes, at + 1), rows));
  while (bytes[at] === COMMA);
  return { columns: columnsOf(bytes, rows), end: expect(bytes, at, CLOSE_ARRAY) };
}

/** Reads the object at `start` and gives the offset after it. */
function scanRecord(bytes: Uint8Array, start: number, rows: Rows): number {
  let at = start;
  let path = -1;
  let narSize = -1;
  let closureSize = -1;
  let hashStart = 0;
  let hashEnd = 0;
  let hasReferences = false;
  surpriseIf(bytes[at] !== OPEN_OBJECT || rows.count === rows.paths.length);
  do {
    const name = skipSpace(bytes, at + 1);
    at = skipSpace(bytes, endOfString(bytes, name));
    at = skipSpace(bytes, expect(bytes, at, COLON));
    if (startsWith(bytes, name, REFERENCES)) {
      surpriseIf(hasReferences);
      hasReferences = true;
      at = scanReferences(bytes, at, rows);
    } else if (startsWith(bytes, name, PATH)) {
      surpriseIf(path !== -1);
      path = internAt(bytes, at, rows.known);
      at += 2 + rows.known.lengthOf(path);
    } else if (startsWith(bytes, name, NAR_SIZE)) {
      surpriseIf(narSize !== -1);
      const end = endOfNumber(bytes, at);
      narSize = numberBetween(bytes, at, end);
      at = end;
    } else if (startsWith(bytes, name, CLOSURE_SIZE)) {
      surpriseIf(closureSize !== -1);
      const end = endOfNumber(bytes, at);
      closureSize = numberBetween(bytes, at, end);
      at = end;
    } else if (startsWith(bytes, name, NAR_HASH)) {
      surpriseIf(hashEnd !== 0);
      hashStart = at + 1;
      at = endOfString(bytes, at);
      hashEnd = at - 1;
    } else {
      at = endOfScalar(bytes, at);
    }
    at = skipSpace(bytes, at);
  } while (bytes[at] === COMMA);
  surpriseIf(path === -1 || narSize === -1 || !hasReferences);

  const record = rows.count++;
  rows.paths[record] = path;
  rows.narSizes[record] = narSize;
  rows.closureSizes[record] = closureSize === -1 ? Number.NaN : closureSize;
  rows.hashStarts[record] = hashStart;
  rows.hashEnds[record] = hashEnd;
  return expect(bytes, at, CLOSE_OBJECT);
}

/** Reads the array of strings at `start` as the references of a record and gives the offset after it. */
function scanReferences(bytes: Uint8Array, start: number, rows: Rows): number {
  const { known, references } = rows;
  let count = rows.offsets[rows.count];
  let at = skipSpace(bytes, expect(bytes, start, OPEN_ARRAY));
  while (bytes[at] !== CLOSE_ARRAY) {
    const reference = internAt(bytes, at, known);
    surpriseIf(count === references.length);
    references[count++] = reference;
    at = skipSpace(bytes, at + 2 + known.lengthOf(reference));
    if (bytes[at] !== COMMA) break;
    at = skipSpace(bytes, at + 1);
    surpriseIf(bytes[at] !== QUOTE);
  }
  rows.offsets[rows.count + 1] = count;
  return expect(bytes, at, CLOSE_ARRAY);
}

/** Numbers references by record, and makes strings of paths and hashes. */
function columnsOf(bytes: Uint8Array, rows: Rows): GraphColumns {
  const { known, count } = rows;
  const recordOf = new Int32Array(known.count()).fill(-1);
  for (let record = 0; record < count; record++) {
    surpriseIf(recordOf[rows.paths[record]] !== -1);
    recordOf[rows.paths[record]] = record;
  }
  // Where there are references to what has no record.
  surpriseIf(known.count() !== count);
  const references = rows.references.slice(0, rows.offsets[count]);
  for (let at = 0; at < references.length; at++) references[at] = recordOf[references[at]];

  const gathered = known.gathered();
  const knownPaths = stringsOf(gathered);
  const knownKeys = sortKeys(gathered, known.hashStart());
  const paths: string[] = [];
  const keys = new Float64Array(count);
  for (let record = 0; record < count; record++) {
    paths.push(knownPaths[rows.paths[record]]);
    keys[record] = knownKeys[rows.paths[record]];
  }
  return {
    paths,
    narSizes: rows.narSizes.slice(0, count),
    closureSizes: rows.closureSizes.slice(0, count),
    narHashes: stringsOf(gatherRanges(bytes, rows.hashStarts.subarray(0, count), rows.hashEnds)),
    offsets: rows.offsets.slice(0, count + 1),
    references,
    sortKeys: keys,
  };
}

function internAt(bytes: Uint8Array, at: number, known: ByteStrings): number {
  const number = known.intern(expect(bytes, at, QUOTE));
  surpriseIf(number === -1);
  return number;
}
