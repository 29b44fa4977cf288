import type { ClosureGraph } from './closure-graph.ts';
import { GraphError } from './graph-error.ts';
import { type JsonObject, type JsonSource, parseJson } from './json.ts';
import { isObject, kindOf, type ReadOptions, readRecords } from './records.ts';

/**
 * Reads the `.attrs.json` that Nix writes for a derivation with `__structuredAttrs` and
 * `exportReferencesGraph.graph = [ … ]`: the roots under `exportReferencesGraph.graph`, the closure under `graph`.
 *
 * Without `exportReferencesGraph`, and without `options.roots`, the roots are the least set that reaches every path.
 *
 * @throws GraphError with the place of the first thing that is wrong.
 */
export function readStructuredAttrs(source: JsonSource, options: ReadOptions = {}): ClosureGraph {
  const attrs = parseJson(source);
  if (!isObject(attrs)) throw new GraphError('', `expected an object, found ${kindOf(attrs)}`);
  if (attrs.graph === undefined) throw new GraphError('', 'there is no graph: the key `graph` is missing');
  if (!Array.isArray(attrs.graph))
    throw new GraphError('graph', `expected an array, found ${kindOf(attrs.graph)}`);

  const records: JsonObject[] = [];
  const paths = attrs.graph.map((record: unknown, index) => {
    if (!isObject(record))
      throw new GraphError(`graph[${index}]`, `expected an object, found ${kindOf(record)}`);
    if (typeof record.path !== 'string') {
      throw new GraphError(`graph[${index}].path`, `expected a store path, found ${kindOf(record.path)}`);
    }
    records.push(record);
    return record.path;
  });
  const closure = {
    paths,
    records,
    placeOf: (index: number) => `graph[${index}]`,
    resolve: (reference: string) => reference,
  };
  if (options.roots !== undefined) return readRecords(closure, options.roots, 'roots');
  return readRecords(closure, exportedRoots(attrs), 'exportReferencesGraph.graph');
}

function exportedRoots(attrs: JsonObject): readonly string[] | undefined {
  const exported = attrs.exportReferencesGraph;
  if (exported === undefined) return undefined;
  if (!isObject(exported)) {
    throw new GraphError('exportReferencesGraph', `expected an object, found ${kindOf(exported)}`);
  }
  // Nix takes one path for a list of one.
  const roots: unknown = typeof exported.graph === 'string' ? [exported.graph] : exported.graph;
  if (!Array.isArray(roots)) {
    throw new GraphError('exportReferencesGraph.graph', `expected an array, found ${kindOf(roots)}`);
  }
  return roots.map((root: unknown, index) => {
    if (typeof root === 'string') return root;
    throw new GraphError(
      `exportReferencesGraph.graph[${index}]`,
      `expected a store path, found ${kindOf(root)}`,
    );
  });
}
