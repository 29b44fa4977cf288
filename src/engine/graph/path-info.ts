import { buildClosureGraph } from './build.ts';
import type { ClosureGraph } from './closure-graph.ts';
import { GraphError } from './graph-error.ts';
import { type JsonObject, type JsonSource, parseJson } from './json.ts';
import { type GraphReadOptions, isObject, kindOf, type Records, readRecords } from './records.ts';

/** The first version of the format with base names (`--json-format`); 3 differs in signatures alone. */
const FIRST_BASE_NAME_VERSION = 2;

/**
 * Reads what `nix path-info --json --closure-size --recursive` prints, in the shapes that Nix has given it:
 *
 * - up to 2.18, and Lix: an array of objects with `path`; `valid: false` where the store does not have the path;
 * - from 2.19, and `--json-format 1`: an object keyed by store path; null where the store does not have the path;
 * - from 2.33 with `--json-format 2` and up: `{ version, storeDir, info }`, where `info` is keyed by base name and
 *   references are base names (Nix manual: Store Object Info).
 *
 * It does not say which paths were asked for. Without `options.roots` they are the least set that reaches every path.
 *
 * @throws GraphError with the place of the first thing that is wrong.
 */
export function readPathInfo(source: JsonSource, options: GraphReadOptions = {}): ClosureGraph {
  const columns = readRecords(recordsOf(parseJson(source)));
  return buildClosureGraph(columns, { paths: options.roots, place: 'roots' });
}

function recordsOf(value: unknown): Records {
  if (Array.isArray(value)) return arrayRecords(value);
  if (!isObject(value)) throw new GraphError('', `expected an array or an object, found ${kindOf(value)}`);
  if (!('info' in value)) return keyedRecords(value, { place: '', resolve: (reference) => reference });

  // A version to come is read like this one, as long as everything that is needed is where it was.
  if (typeof value.version !== 'number' || value.version < FIRST_BASE_NAME_VERSION) {
    const found = typeof value.version === 'number' ? String(value.version) : kindOf(value.version);
    throw new GraphError('version', `expected ${FIRST_BASE_NAME_VERSION} or more, found ${found}`);
  }
  const { storeDir, info } = value;
  if (typeof storeDir !== 'string')
    throw new GraphError('storeDir', `expected a directory, found ${kindOf(storeDir)}`);
  if (!isObject(info)) throw new GraphError('info', `expected an object, found ${kindOf(info)}`);
  return keyedRecords(info, { place: 'info', resolve: (baseName) => `${storeDir}/${baseName}` });
}

function arrayRecords(values: readonly unknown[]): Records {
  const records: JsonObject[] = [];
  const placeOf = (index: number) => `[${index}]`;
  const paths = values.map((record, index) => {
    if (!isObject(record))
      throw new GraphError(placeOf(index), `expected an object, found ${kindOf(record)}`);
    if (typeof record.path !== 'string') {
      throw new GraphError(`${placeOf(index)}.path`, `expected a store path, found ${kindOf(record.path)}`);
    }
    if (record.valid === false) throw notInStore(placeOf(index), record.path);
    records.push(record);
    return record.path;
  });
  return { paths, records, placeOf, resolve: (reference) => reference };
}

function keyedRecords(
  keyed: JsonObject,
  { place, resolve }: { readonly place: string; readonly resolve: Records['resolve'] },
): Records {
  const keys = Object.keys(keyed);
  const placeOf = (index: number) => `${place}[${JSON.stringify(keys[index])}]`;
  const paths = keys.map(resolve);
  const records = keys.map((key, index) => {
    const record = keyed[key];
    if (record === null) throw notInStore(placeOf(index), paths[index]);
    if (!isObject(record))
      throw new GraphError(placeOf(index), `expected an object, found ${kindOf(record)}`);
    return record;
  });
  return { paths, records, placeOf, resolve };
}

function notInStore(place: string, path: string): GraphError {
  return new GraphError(place, `${path} is not in the store`);
}
