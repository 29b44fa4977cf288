import { describe, expect, it } from 'vitest';
import { readStructuredAttrs } from '../../../src/engine/graph/structured-attrs.ts';
import { resolveHints, updateWeights } from '../../../src/engine/plan/hints.ts';
import { changesBetween, learnUpdates } from '../../../src/engine/plan/learn.ts';

const HASHES = 'abcdfghijklmnpqrsvwxyz0123456789';
/** A store path whose hash is made of one character. */
const at = (character: string, name: string) => `/nix/store/${character.repeat(32)}-${name}`;
const graphOf = (...records: readonly [path: string, ...references: string[]][]) =>
  readStructuredAttrs({ graph: records.map(([path, ...references]) => ({ path, narSize: 1, references })) });

describe('hints', () => {
  const graph = graphOf(
    [at('a', 'openssl-3.0.22')],
    [at('b', 'openssl-3.0.22-bin')],
    [at('c', 'curl-8.1')],
    [at('d', 'app')],
  );
  const names = (nodes: Uint32Array) => Array.from(nodes, (node) => graph.paths[node].slice(44));

  it('name paths by path, by name, by name with any version, or by name alone', () => {
    const pins = (name: string) => names(resolveHints(graph, { pins: [name] }).pins);

    expect(pins(at('c', 'curl-8.1'))).toEqual(['curl-8.1']);
    expect(pins('curl-8.1')).toEqual(['curl-8.1']);
    expect(pins('curl-*')).toEqual(['curl-8.1']);
    expect(pins('openssl-*-bin')).toEqual(['openssl-3.0.22-bin']);
    expect(pins('openssl')).toEqual(['openssl-3.0.22', 'openssl-3.0.22-bin']);
  });

  it('say which names nothing has', () => {
    const hints = { pins: ['curl', 'wget'], volatile: ['app'], keepTogether: [['nginx', 'curl']] };

    expect(resolveHints(graph, hints).unmatched).toEqual(['wget', 'nginx']);
  });

  it('give way to each other in a fixed order', () => {
    const resolved = resolveHints(graph, {
      pins: ['app', 'curl'],
      volatile: ['app'],
      keepTogether: [['curl', 'openssl-3.0.22', 'openssl-*-bin']],
    });

    expect(names(resolved.volatile)).toEqual(['app']);
    expect(names(resolved.pins)).toEqual(['curl-8.1']);
    expect(resolved.keepTogether.map(names)).toEqual([['openssl-3.0.22', 'openssl-3.0.22-bin']]);
  });

  it('become one list where lists share a path', () => {
    const lists = [
      ['app', 'curl'],
      ['openssl-3.0.22', 'openssl-*-bin'],
      ['curl', 'openssl-3.0.22'],
    ];

    expect(resolveHints(graph, { keepTogether: lists }).keepTogether.map((nodes) => nodes.length)).toEqual([
      4,
    ]);
  });

  it('weigh what changed in the past', () => {
    const weights = updateWeights(graph, { steps: 4, changes: { 'curl-*': 2, app: 4 } });

    expect(Object.fromEntries(graph.paths.map((path, node) => [path.slice(44), weights[node]]))).toEqual({
      'openssl-3.0.22': 1,
      'openssl-3.0.22-bin': 1,
      'curl-8.1': 5,
      app: 9,
    });
  });
});

describe('learning from past builds', () => {
  const [a, b, c, d, e, f] = HASHES;
  const monday = graphOf([at(a, 'app-1'), at(b, 'lib-1.0')], [at(b, 'lib-1.0')], [at(c, 'data')]);
  const tuesday = graphOf([at(d, 'app-1'), at(e, 'lib-1.1')], [at(e, 'lib-1.1')], [at(c, 'data')]);
  const wednesday = graphOf([at(f, 'app-1'), at(e, 'lib-1.1')], [at(e, 'lib-1.1')], [at(c, 'data')]);

  it('tells what changed of itself from what was renamed with it', () => {
    expect(changesBetween(monday, tuesday)).toEqual([
      { from: at(a, 'app-1'), to: at(d, 'app-1'), isOrigin: false },
      { from: at(b, 'lib-1.0'), to: at(e, 'lib-1.1'), isOrigin: true },
    ]);
    expect(changesBetween(tuesday, wednesday)).toEqual([
      { from: at(d, 'app-1'), to: at(f, 'app-1'), isOrigin: true },
    ]);
  });

  it('takes what is new or gone for no change', () => {
    expect(changesBetween(monday, graphOf([at(c, 'data')], [at(d, 'more-1')]))).toEqual([]);
  });

  it('takes a second version for new where the first stays', () => {
    const both = graphOf([at(c, 'data')], [at(b, 'lib-1.0')], [at(e, 'lib-1.1')]);

    expect(changesBetween(graphOf([at(c, 'data')], [at(b, 'lib-1.0')]), both)).toEqual([]);
  });

  it('counts steps and changes, and goes on from what is known', () => {
    const learned = learnUpdates([monday, tuesday, wednesday]);
    expect(learned).toEqual({ steps: 2, changes: { 'app-*': 1, 'lib-*': 1 } });
    expect(learnUpdates([tuesday, wednesday], learned)).toEqual({
      steps: 3,
      changes: { 'app-*': 2, 'lib-*': 1 },
    });
    expect(learnUpdates([monday])).toEqual({ steps: 0, changes: {} });
  });
});
