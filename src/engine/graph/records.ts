import type { GraphColumns } from './build.ts';
import { GraphError } from './graph-error.ts';
import type { JsonObject } from './json.ts';

/** Store paths as one of the readers found them, not yet checked beyond `paths` and the kind of `records`. */
export interface Records {
  readonly paths: readonly string[];
  /** What the source says about each path. */
  readonly records: readonly JsonObject[];
  /** Where each record stands in the source, such as `graph[17]`. */
  readonly placeOf: (index: number) => string;
  /** The store path that a reference as written means. */
  readonly resolve: (reference: string) => string;
}

export interface GraphReadOptions {
  /** Store paths that the image asks for, where the source does not say or says otherwise. */
  readonly roots?: readonly string[] | undefined;
}

/** Checks every record and numbers every reference. */
export function readRecords(source: Records): GraphColumns {
  const { paths, records, placeOf, resolve } = source;
  const indexOf = new Map<string, number>();
  for (let index = 0; index < paths.length; index++) {
    const first = indexOf.get(paths[index]);
    if (first !== undefined) {
      throw new GraphError(placeOf(index), `${paths[index]} is already in the graph, at ${placeOf(first)}`);
    }
    indexOf.set(paths[index], index);
  }

  const narSizes = new Float64Array(paths.length);
  const closureSizes = new Float64Array(paths.length);
  const narHashes: string[] = [];
  const offsets = new Uint32Array(paths.length + 1);
  const references: number[] = [];
  for (let index = 0; index < paths.length; index++) {
    const record = records[index];
    narSizes[index] = sizeOf(record.narSize, index, 'narSize', placeOf);
    closureSizes[index] =
      record.closureSize === undefined
        ? Number.NaN
        : sizeOf(record.closureSize, index, 'closureSize', placeOf);
    narHashes.push(narHashOf(record.narHash, index, placeOf));

    const written = record.references;
    if (!Array.isArray(written)) {
      throw new GraphError(`${placeOf(index)}.references`, `expected an array, found ${kindOf(written)}`);
    }
    for (let at = 0; at < written.length; at++) {
      const reference: unknown = written[at];
      if (typeof reference !== 'string') {
        const place = `${placeOf(index)}.references[${at}]`;
        throw new GraphError(place, `expected a store path, found ${kindOf(reference)}`);
      }
      const target = indexOf.get(resolve(reference));
      if (target === undefined) {
        throw new GraphError(
          `${placeOf(index)}.references[${at}]`,
          `${resolve(reference)} is not in the graph`,
        );
      }
      references.push(target);
    }
    offsets[index + 1] = references.length;
  }

  return { paths, narSizes, closureSizes, narHashes, offsets, references: Uint32Array.from(references) };
}

function sizeOf(size: unknown, index: number, field: string, placeOf: Records['placeOf']): number {
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size === 0 ? 0 : size;
  const found = typeof size === 'number' ? String(size) : kindOf(size);
  throw new GraphError(
    `${placeOf(index)}.${field}`,
    `expected a whole number of bytes from 0 to 2^53 - 1, found ${found}`,
  );
}

/** As written where it is a string. Some versions of Nix write an object, which becomes one. */
function narHashOf(hash: unknown, index: number, placeOf: Records['placeOf']): string {
  if (hash === undefined) return '';
  if (typeof hash === 'string') return hash;
  if (isObject(hash) && typeof hash.algorithm === 'string' && typeof hash.hash === 'string') {
    return hash.format === 'base64' ? `${hash.algorithm}-${hash.hash}` : `${hash.algorithm}:${hash.hash}`;
  }
  throw new GraphError(`${placeOf(index)}.narHash`, `expected a hash, found ${kindOf(hash)}`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
