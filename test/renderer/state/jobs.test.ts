import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { ago, nameAndVersion } from '../../../src/renderer/state/format.ts';
import { applyJobListEvent, interrupted, newestJob } from '../../../src/renderer/state/jobs.ts';
import { selectionKey } from '../../../src/renderer/state/sources.ts';
import { screenOfHash } from '../../../src/renderer/state/ui.ts';
import type { JobSummary } from '../../../src/shared/contract/jobs.ts';
import { documentSchema } from '../../../src/shared/document.ts';
import { jobSummary } from '../job-summary.ts';

const job = (id: string, kind: JobSummary['kind'], document: JobSummary['document']) =>
  jobSummary({ id, kind, document });

describe('jobs', () => {
  const mine = { draft: 'd1', path: '/a.strata.json' };
  const jobs = [
    job('3', 'image', mine),
    job('2', 'build', { draft: 'other', path: '/a.strata.json' }),
    job('1', 'build', mine),
    job('0', 'catalog', null),
  ];

  test('of a document are found by its draft or by its file, the newest first', () => {
    expect(newestJob(jobs, 'build', mine)?.id).toBe('2');
    expect(newestJob(jobs, 'build', { draft: 'd1', path: null })?.id).toBe('1');
    expect(newestJob(jobs, 'build', { draft: 'x', path: null })).toBeNull();
    expect(newestJob(jobs, 'catalog', mine)).toBeNull();
  });

  test('the list follows what the host says', () => {
    const added = applyJobListEvent(jobs, { type: 'changed', job: job('4', 'build', mine) });
    expect(added.map(({ id }) => id)).toEqual(['4', '3', '2', '1', '0']);
    const done = applyJobListEvent(added, {
      type: 'changed',
      job: { ...job('2', 'build', mine), state: 'done' },
    });
    expect(itemAt(done, 2).state).toBe('done');
    expect(applyJobListEvent(done, { type: 'removed', id: '4' })).toHaveLength(4);
  });
});

describe('a host that ended', () => {
  const ran = [job('build', 'build', null), { ...job('over', 'push', null), state: 'done' as const }];

  test('interrupted what ran and what the next one does not know', () => {
    const titles = (jobs: JobSummary[]) => interrupted(ran, { type: 'snapshot', jobs }).map(({ id }) => id);
    expect(titles([])).toEqual(['build']);
    expect(titles([job('build', 'build', null)])).toEqual([]);
    expect(interrupted(ran, { type: 'removed', id: 'build' })).toEqual([]);
  });
});

describe('what is out of date', () => {
  const document = documentSchema.parse({ version: 1, packages: ['a'] });

  test('a build is, when packages or source change; not when the layering does', () => {
    const key = selectionKey(document);
    expect(selectionKey({ ...document, packages: ['a', 'b'] })).not.toBe(key);
    expect(selectionKey({ ...document, source: { type: 'starter' } })).not.toBe(key);
    const layered = { ...document, layering: { ...document.layering, budget: 3 } };
    expect(selectionKey(layered)).toBe(key);
  });
});

describe('how things are written', () => {
  test('times, numbers and names', () => {
    const now = Date.parse('2024-01-02T00:00:00Z');
    expect(ago('2024-01-01T23:59:50Z', now)).toBe('just now');
    expect(ago('2024-01-01T23:30:00Z', now)).toBe('30 min ago');
    expect(ago('2024-01-01T12:00:00Z', now)).toBe('12 h ago');
    expect(ago('2023-12-25T00:00:00Z', now)).toBe('8 days ago');
    expect(nameAndVersion('libgtk-3-0-3.24')).toEqual({ name: 'libgtk', version: '3-0-3.24' });
    expect(nameAndVersion('hello')).toEqual({ name: 'hello', version: '' });
    expect(nameAndVersion('gcc-13.2.0-lib')).toEqual({ name: 'gcc-lib', version: '13.2.0' });
    expect(nameAndVersion('curl-8.9.1-bin')).toEqual({ name: 'curl-bin', version: '8.9.1' });
    expect(nameAndVersion('hello-2.12-rc')).toEqual({ name: 'hello', version: '2.12-rc' });
    expect(nameAndVersion('glibc-2.36-9+b1')).toEqual({ name: 'glibc', version: '2.36-9+b1' });
  });

  test('the address names the screen', () => {
    expect(screenOfHash('#/strata')).toBe('strata');
    expect(screenOfHash('#/nothing')).toBeNull();
  });
});
