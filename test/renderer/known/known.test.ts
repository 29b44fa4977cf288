import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import { openReadings } from '../../../src/renderer/features/known/known-jobs.ts';
import { entrySaving, totalSaving } from '../../../src/renderer/features/known/saving.ts';
import { heldInWords, holdersOf, takenOver } from '../../../src/renderer/layers/holders.ts';
import { planKey } from '../../../src/renderer/state/closure/planner.ts';
import { hasPlannedImages, listFor } from '../../../src/renderer/state/known.ts';
import type { JobSummary } from '../../../src/shared/contract/jobs.ts';
import { type KnownList, knownListSchema } from '../../../src/shared/contract/known.ts';
import {
  knownImagesOf,
  readKnownMessage,
  writeKnownMessage,
} from '../../../src/shared/contract/known-message.ts';
import { layeringSchema } from '../../../src/shared/document.ts';
import type { ComparedImage, KnownImage } from '../../../src/shared/known-images.ts';
import { closureOf, layerOf, nodesOf } from '../closure-of.ts';
import { jobSummary } from '../job-summary.ts';

const closure = closureOf({ app: ['lib', 'tool'], lib: ['libc'], tool: ['libc'] }, { roots: ['app'] });
const layers = [layerOf(closure, 'libc'), layerOf(closure, 'lib', 'tool'), layerOf(closure, 'app')];
const pathsOf = (...names: string[]) =>
  nodesOf(closure, ...names).map((node) => itemAt(closure.graph.paths, node));

const existing = (name: string, ...contents: string[][]): ComparedImage => ({
  type: 'existing',
  name,
  layers: contents.map((paths) => ({ paths })),
  packedElsewhere: 0,
});
const base = existing('base.tar', pathsOf('libc'), pathsOf('lib', 'tool'));
const along: ComparedImage = { ...existing('along.strata.json', pathsOf('app')), type: 'planned' };
const elsewhere: ComparedImage = { ...existing('elsewhere'), packedElsewhere: 3 };
const known = [base, along, elsewhere];

const images: readonly KnownImage[] = [
  {
    type: 'existing',
    name: 'base.tar',
    layers: [
      {
        paths: pathsOf('libc'),
        digest: digestOfHex('1'.repeat(64)),
        diffId: digestOfHex('2'.repeat(64)),
        compressedBytes: 40,
      },
    ],
    packedElsewhere: 1,
  },
  {
    type: 'planned',
    name: 'along.strata.json',
    graph: closure.graph,
    budget: 9,
    hints: { pins: ['app'], keepTogether: [['lib', 'tool']], volatile: ['app'] },
  },
  { type: 'planned', name: 'graph.json', graph: closure.graph },
];
const listOf = (...some: readonly KnownImage[]): KnownList => ({
  list: 'l1',
  entries: some.map((image) => ({ location: image.name, images: [writeKnownMessage(image)] })),
});

describe('a list of known images', () => {
  test('comes back from a file and from a message as it was', () => {
    const list = knownListSchema.parse(JSON.parse(JSON.stringify(listOf(...images))));
    expect(knownImagesOf(list)).toEqual([
      itemAt(images, 0),
      itemAt(images, 1),
      { ...itemAt(images, 2), budget: undefined, hints: {} },
    ]);
    expect(readKnownMessage(writeKnownMessage(itemAt(images, 1) as KnownImage))).toEqual(itemAt(images, 1));
    expect(knownImagesOf(null)).toEqual([]);
  });

  test('is for the strategy that looks at other images, and changes the plan', () => {
    const list = listOf(...images.slice(0, 1));
    const layering = layeringSchema.parse({});
    const nixery = layeringSchema.parse({ strategy: 'nixery' });
    expect(listFor(layering, list)).toBe(list);
    expect(listFor(nixery, list)).toBeNull();
    expect(listFor(layering, { ...list, entries: [] })).toBeNull();
    expect(planKey({ layering, known: list })).not.toBe(planKey({ layering, known: null }));
    expect(planKey({ layering: nixery, known: list })).toBe(planKey({ layering: nixery, known: null }));
  });

  test('makes each budget a plan of its own only where images are planned along', () => {
    const at = (budget: number) => layeringSchema.parse({ budget });
    const whole = listOf(...images);
    const existingOnly = listOf(...images.slice(0, 1));
    expect([hasPlannedImages(null), hasPlannedImages(existingOnly), hasPlannedImages(whole)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(planKey({ layering: at(5), known: existingOnly })).toBe(
      planKey({ layering: at(6), known: existingOnly }),
    );
    expect(planKey({ layering: at(5), known: whole })).not.toBe(planKey({ layering: at(6), known: whole }));
  });
});

describe('what known images save', () => {
  const plan = { graph: closure.graph, known };
  const saving = (name: string) =>
    entrySaving(plan, layers, {
      location: name,
      images: [{ type: 'existing', name, layers: [], packedElsewhere: 0 }],
    });

  test('is told of each and of all of them, as the command line tells it', () => {
    expect(saving('base.tar')).toEqual({ text: '2 layers, 300 B taken over', isUseful: true });
    expect(saving('along.strata.json')).toEqual({ text: '1 layer, 100 B, planned along', isUseful: true });
    expect(saving('elsewhere').isUseful).toBe(false);
    expect(saving('elsewhere').text).toMatch(
      /^No layer of elsewhere is taken over: another program packed it/,
    );
    expect(saving('itself.strata.json').text).toBe('It has the same paths as this image.');
    expect(totalSaving(plan, layers)).toEqual([
      '2 of 3 layers, 300 B of 400 B, exist in known images already',
      expect.stringMatching(
        /^1 of 3 layers, 100 B of 400 B, come out the same in images that are planned along/,
      ),
    ]);
  });

  test('marks the layers', () => {
    expect(holdersOf(closure.graph, [])).toBeNull();
    const holders = holdersOf(closure.graph, known);
    if (holders === null) throw new Error('Nothing is known.');
    expect(layers.map((layer) => heldInWords(holders(layer)))).toEqual([
      'taken over',
      'taken over',
      'planned along',
    ]);
    expect(takenOver(layers, holders)).toEqual({ layers: 3, sizeBytes: 400 });
    expect(heldInWords([])).toBeNull();
  });
});

describe('readings', () => {
  const mine = { draft: 'd1', path: null };
  const job = (id: string, title: string, state: JobSummary['state']) =>
    jobSummary({ id, kind: 'known', title, state, document: mine });

  test('are shown while they run and when they failed, unless the image was read again since', () => {
    const jobs = [
      job('6', 'Read c', 'running'),
      job('5', 'Read b', 'done'),
      job('4', 'Read a', 'failed'),
      job('3', 'Read b', 'failed'),
      job('2', 'Read d', 'cancelled'),
      { ...job('1', 'Read e', 'failed'), document: { draft: 'd2', path: null } },
      { ...job('0', 'Read f', 'running'), kind: 'push' as const },
    ];
    expect(openReadings(jobs, mine).map(({ id }) => id)).toEqual(['4', '6']);
  });
});
