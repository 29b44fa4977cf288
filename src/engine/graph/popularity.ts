import { type ClosureGraph, type Popularity, storePathName } from './closure-graph.ts';
import { GraphError } from './graph-error.ts';
import { type JsonSource, parseJson } from './json.ts';
import { isObject, kindOf } from './records.ts';

/**
 * Reads popularity counts: a JSON object from names (without hash) to whole numbers.
 *
 * @throws GraphError with the place of the first thing that is wrong.
 */
export function readPopularity(source: JsonSource): Popularity {
  const value = parseJson(source);
  if (!isObject(value)) throw new GraphError('popularity', `expected an object, found ${kindOf(value)}`);
  for (const name of Object.keys(value)) {
    const count = value[name];
    if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) continue;
    const found = typeof count === 'number' ? String(count) : kindOf(count);
    throw new GraphError(
      `popularity[${JSON.stringify(name)}]`,
      `expected a whole number from 0, found ${found}`,
    );
  }
  return value as Popularity;
}

/** Popularity of each node by its name, 1 where nothing is known of it. */
export function nodePopularity(graph: ClosureGraph, popularity: Popularity): Float64Array {
  const popularityOf = new Float64Array(graph.size);
  for (let node = 0; node < graph.size; node++) {
    const name = storePathName(graph.paths[node]);
    popularityOf[node] = Object.hasOwn(popularity, name) ? popularity[name] : 1;
  }
  return popularityOf;
}
