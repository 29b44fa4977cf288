import { buildClosureGraph, type GraphColumns } from './build.ts';
import type { ClosureGraph } from './closure-graph.ts';
import { GraphError } from './graph-error.ts';
import { type JsonObject, type JsonSource, parseJson } from './json.ts';
import { type GraphReadOptions, isObject, kindOf, readRecords } from './records.ts';
import { GRAPH_MARKER, scanGraph } from './scan.ts';

/**
 * Reads the `.attrs.json` that Nix writes for a derivation with `__structuredAttrs` and
 * `exportReferencesGraph.graph = [ … ]`: the roots under `exportReferencesGraph.graph`, the closure under `graph`.
 *
 * Without `exportReferencesGraph`, and without `options.roots`, the roots are the least set that reaches every path.
 *
 * @throws GraphError with the place of the first thing that is wrong.
 */
export function readStructuredAttrs(source: JsonSource, options: GraphReadOptions = {}): ClosureGraph {
  return readAttrsFile(source, options).graph;
}

/** The graph, and the object that it stood in, for what else a file may hold beside it. */
export interface AttrsFile {
  readonly graph: ClosureGraph;
  /** Everything but `graph`, unchecked. */
  readonly attrs: JsonObject;
}

/** Reads as {@link readStructuredAttrs} does, and keeps what stands beside the graph. */
export function readAttrsFile(source: JsonSource, options: GraphReadOptions = {}): AttrsFile {
  const { columns, attrs } = (source instanceof Uint8Array && scanAttrs(source)) || readStrictly(source);
  const roots =
    options.roots === undefined
      ? { paths: exportedRoots(attrs), place: 'exportReferencesGraph.graph' }
      : { paths: options.roots, place: 'roots' };
  return { graph: buildClosureGraph(columns, roots), attrs };
}

interface Attrs {
  readonly columns: GraphColumns;
  readonly attrs: JsonObject;
}

/** The fast way, for bytes; undefined where only the strict one can tell. */
function scanAttrs(bytes: Uint8Array): Attrs | undefined {
  const scan = scanGraph(bytes);
  if (scan === undefined || !isObject(scan.rest)) return undefined;
  const { graph, ...attrs } = scan.rest;
  return graph === GRAPH_MARKER ? { columns: scan.columns, attrs } : undefined;
}

function readStrictly(source: JsonSource): Attrs {
  const value = parseJson(source);
  if (!isObject(value)) throw new GraphError('', `expected an object, found ${kindOf(value)}`);
  const { graph, ...attrs } = value;
  if (graph === undefined) throw new GraphError('', 'there is no graph: the key `graph` is missing');
  if (!Array.isArray(graph)) throw new GraphError('graph', `expected an array, found ${kindOf(graph)}`);

  const records: JsonObject[] = [];
  const paths = graph.map((record: unknown, index) => {
    if (!isObject(record))
      throw new GraphError(`graph[${index}]`, `expected an object, found ${kindOf(record)}`);
    if (typeof record.path !== 'string') {
      throw new GraphError(`graph[${index}].path`, `expected a store path, found ${kindOf(record.path)}`);
    }
    records.push(record);
    return record.path;
  });
  const columns = readRecords({
    paths,
    records,
    placeOf: (index) => `graph[${index}]`,
    resolve: (reference) => reference,
  });
  return { columns, attrs };
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
