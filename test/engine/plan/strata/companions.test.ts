import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../../src/engine/graph/structured-attrs.ts';
import { findHosts } from '../../../../src/engine/strategies/strata/companions.ts';

/** A big application, a popular library that brings two small ones along, and a big one. */
const graph = readStructuredAttrs({
  exportReferencesGraph: { graph: ['app'] },
  graph: [
    { path: 'app', narSize: 80e6, references: ['x11', 'big'] },
    { path: 'big', narSize: 30e6, references: [] },
    { path: 'x11', narSize: 1.5e6, references: ['xau', 'xdmcp'] },
    { path: 'xau', narSize: 2e4, references: [] },
    { path: 'xdmcp', narSize: 2e4, references: [] },
  ],
});
const at = (path: string) => graph.paths.indexOf(path);
const ones = (value: number) => new Uint8Array(graph.size).fill(value);
const options = {
  maxBytes: 2e6,
  popularity: Float64Array.from(graph.paths, (path) => (path === 'x11' ? 1000 : 1)),
  closureCounts: Float64Array.from(graph.paths, (path) => ({ app: 5, x11: 3 })[path] ?? 1),
  isTool: ones(0),
};
const setsOf = (hosts: Uint32Array) => [...hosts].map((host) => graph.paths[host]);

describe('findHosts', () => {
  it('joins small paths to the popular one that brings them along, and leaves big ones alone', () => {
    expect(setsOf(findHosts(graph, ones(1), options))).toEqual(['app', 'big', 'x11', 'x11', 'x11']);
  });

  it('joins none where the limit is nothing', () => {
    expect(setsOf(findHosts(graph, ones(1), { ...options, maxBytes: 0 }))).toEqual(graph.paths);
  });

  it('leaves out what is not free', () => {
    const isFree = ones(1);
    isFree[at('xau')] = 0;
    expect(setsOf(findHosts(graph, isFree, options))).toEqual(['app', 'big', 'x11', 'xau', 'x11']);
  });

  it('never joins across what tools bring along and what they do not', () => {
    const isTool = ones(0);
    isTool[at('xdmcp')] = 1;
    expect(setsOf(findHosts(graph, ones(1), { ...options, isTool }))).toEqual([
      'app',
      'big',
      'x11',
      'x11',
      'xdmcp',
    ]);
  });

  it('joins bigger ones where tools are concerned', () => {
    const big = { ...options, maxBytes: 1e6 };
    expect(setsOf(findHosts(graph, ones(1), big))).toEqual(['app', 'big', 'x11', 'xau', 'xau']);
    expect(setsOf(findHosts(graph, ones(1), { ...big, isTool: ones(1) }))).toEqual([
      'app',
      'big',
      'x11',
      'x11',
      'x11',
    ]);
  });
});
