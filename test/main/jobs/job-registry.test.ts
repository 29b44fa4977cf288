import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JobRequest } from '../../../src/main/jobs/job.ts';
import { createJobRegistry, type JobRegistry } from '../../../src/main/jobs/job-registry.ts';
import { applyJobEvent } from '../../../src/shared/contract/job-events.ts';
import type { Derivation } from '../../../src/shared/contract/job-kinds.ts';
import type { Job, JobEvent, JobListEvent } from '../../../src/shared/contract/jobs.ts';
import { Cancelled, StrataError, throwIfCancelled } from '../../../src/shared/errors.ts';

const toFailure = (error: unknown) => ({
  code: 'build-failed' as const,
  message: error instanceof Error ? error.message : String(error),
  hint: null,
  action: null,
  details: null,
  log: null,
  fixes: [],
});
const registry = (): JobRegistry => createJobRegistry({ toFailure, gatherMilliseconds: 1 });

/** Work that waits until it is told to go on, or is cancelled. */
function gate() {
  const started = Promise.withResolvers<void>();
  const open = Promise.withResolvers<void>();
  const request = (kind: JobRequest['kind'] = 'build'): JobRequest => ({
    kind,
    title: 'Build image',
    document: null,
    async run(_report, signal) {
      started.resolve();
      signal.addEventListener('abort', () => open.reject(new Cancelled()));
      await open.promise;
    },
  });
  return { started: started.promise, open: () => open.resolve(), request };
}

const derivation = (name: string, state: Derivation['state']): Derivation => ({
  derivation: `/nix/store/${name}.drv`,
  name,
  state,
  phase: null,
  machine: null,
  startedAt: null,
  finishedAt: null,
  dependencies: [],
  logLines: 0,
});

async function collect<Event>(events: AsyncIterable<Event>, into: Event[] = []): Promise<Event[]> {
  for await (const event of events) into.push(event);
  return into;
}

describe('a job', () => {
  it('runs to its end whether or not anybody follows it', async () => {
    const jobs = registry();
    const id = jobs.start({ kind: 'catalog', title: 'Index', document: null, run: async () => {} });
    expect(await jobs.settled(id)).toMatchObject({ id, state: 'done', failure: null, title: 'Index' });
  });

  it('is queued while as many of its kind run as may', async () => {
    const jobs = createJobRegistry({ toFailure, limits: { image: 1 } });
    const first = gate();
    const second = gate();
    const a = jobs.start(first.request('image'));
    const b = jobs.start(second.request('image'));
    await first.started;
    expect([jobs.get(a).state, jobs.get(b).state]).toEqual(['running', 'queued']);
    first.open();
    await second.started;
    expect([jobs.get(a).state, jobs.get(b).state]).toEqual(['done', 'running']);
    second.open();
    await jobs.settled(b);
  });

  it('that throws is failed, with its reason; one that is cancelled is not', async () => {
    const jobs = registry();
    const failing = jobs.start({
      kind: 'build',
      title: 'Build',
      document: null,
      run: () => Promise.reject(new StrataError('build-failed', 'hello.drv failed.')),
    });
    expect(await jobs.settled(failing)).toMatchObject({
      state: 'failed',
      failure: { message: 'hello.drv failed.' },
    });
    const { request, started } = gate();
    const cancelled = jobs.start(request());
    await started;
    expect(jobs.cancel(cancelled)).toMatchObject({ state: 'running', cancelling: true });
    expect(await jobs.settled(cancelled)).toMatchObject({
      state: 'cancelled',
      failure: null,
      cancelling: false,
    });
    expect(jobs.cancel(cancelled).state).toBe('cancelled');
  });

  it('that is cancelled in the queue never starts', async () => {
    const jobs = createJobRegistry({ toFailure, limits: { build: 1 } });
    const first = gate();
    let ran = false;
    const running = jobs.start(first.request());
    const waiting = jobs.start({
      kind: 'build',
      title: 'Second',
      document: null,
      run: async () => {
        ran = true;
      },
    });
    expect(jobs.cancel(waiting).state).toBe('cancelled');
    first.open();
    await jobs.settled(running);
    expect(ran).toBe(false);
  });

  it('can be dismissed when it is over, not before', async () => {
    const jobs = registry();
    const { request, open } = gate();
    const id = jobs.start(request());
    expect(() => jobs.dismiss(id)).toThrow(expect.objectContaining({ code: 'conflict' }));
    open();
    await jobs.settled(id);
    jobs.dismiss(id);
    expect(() => jobs.get(id)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

describe('those who follow a job', () => {
  it('get a snapshot and what changes, whenever they come, and end with the same state', async () => {
    const jobs = registry();
    const middle = Promise.withResolvers<void>();
    const half = Promise.withResolvers<void>();
    const id = jobs.start({
      kind: 'build',
      title: 'Build',
      document: null,
      async run(report) {
        report.tell({ derivations: [derivation('a', 'running'), derivation('b', 'planned')] });
        report.progress({ phase: 'Building', done: 0, total: 2, unit: 'items' });
        await wait(20);
        half.resolve();
        await middle.promise;
        report.tell({ derivations: [derivation('a', 'done')] });
        report.tell({ derivations: [derivation('b', 'done')] });
        report.progress({ phase: 'Building', done: 2, total: 2, unit: 'items' });
      },
    });
    const early = collect(jobs.follow(id));
    await half.promise;
    const late: JobEvent[] = [];
    const lateDone = collect(jobs.follow(id), late);
    await wait(1);
    middle.resolve();
    await lateDone;
    const fold = (events: readonly JobEvent[]) =>
      events.reduce<Job | undefined>((job, event) => applyJobEvent(job, event), undefined);
    expect(late[0]?.type).toBe('snapshot');
    expect(fold(late)).toEqual(jobs.get(id));
    expect(fold(await early)).toEqual(jobs.get(id));
    expect(jobs.get(id)).toMatchObject({
      state: 'done',
      progress: { done: 2, total: 2 },
      detail: {
        kind: 'build',
        derivations: [
          { name: 'a', state: 'done' },
          { name: 'b', state: 'done' },
        ],
      },
    });
  });

  it('are sent thousands of changes in few events', async () => {
    const jobs = createJobRegistry({ toFailure, gatherMilliseconds: 50 });
    const id = jobs.start({
      kind: 'build',
      title: 'Build',
      document: null,
      async run(report) {
        for (let i = 0; i < 5_000; i += 1)
          report.tell({ derivations: [derivation(`p${i % 100}`, 'running')] });
      },
    });
    const events = await collect(jobs.follow(id));
    expect(events.length).toBeLessThan(10);
    const detail = jobs.get(id).detail;
    expect(detail.kind === 'build' && detail.derivations.length).toBe(100);
  });

  it('can leave without any trace', async () => {
    const jobs = registry();
    const { request, open, started } = gate();
    const id = jobs.start(request());
    await started;
    const leaving = new AbortController();
    const followed = collect(jobs.follow(id, leaving.signal));
    await wait(5);
    leaving.abort();
    await followed;
    expect(jobs.get(id).state).toBe('running');
    open();
    await jobs.settled(id);
  });

  it('read a log from any line on, while it grows and after the end', async () => {
    const jobs = registry();
    const id = jobs.start({
      kind: 'build',
      title: 'Build',
      document: null,
      async run(report) {
        for (let i = 0; i < 2_500; i += 1) {
          report.log('/nix/store/a.drv', `line ${i}`);
          if (i % 500 === 0) await wait(2);
        }
        report.log(null, 'of the job');
      },
    });
    const live = await collect(jobs.followLog(id, '/nix/store/a.drv', 0));
    expect(live.flatMap(({ lines }) => lines)).toEqual(Array.from({ length: 2_500 }, (_, i) => `line ${i}`));
    const later = await collect(jobs.followLog(id, '/nix/store/a.drv', 2_498));
    expect(later).toEqual([{ firstLine: 2_498, lines: ['line 2498', 'line 2499'], droppedLines: 0 }]);
    expect((await collect(jobs.followLog(id, null, 0)))[0]?.lines).toEqual(['of the job']);
  });
});

describe('the list of jobs', () => {
  it('is followed by a snapshot and changes', async () => {
    const jobs = registry();
    const leaving = new AbortController();
    const events: JobListEvent[] = [];
    const followed = collect(jobs.followList(leaving.signal), events);
    await wait(1);
    const id = jobs.start({ kind: 'catalog', title: 'Index', document: null, run: async () => {} });
    await jobs.settled(id);
    jobs.dismiss(id);
    await wait(5);
    leaving.abort();
    await followed;
    expect(events[0]).toEqual({ type: 'snapshot', jobs: [] });
    expect(events.flatMap((event) => (event.type === 'changed' ? [event.job.state] : []))).toEqual([
      'queued',
      'running',
      'done',
    ]);
    expect(events.at(-1)).toEqual({ type: 'removed', id });
  });

  it('forgets the oldest of many finished jobs', async () => {
    const jobs = registry();
    const ids: string[] = [];
    for (let i = 0; i < 60; i += 1) {
      const id = jobs.start({ kind: 'catalog', title: `${i}`, document: null, run: async () => {} });
      await jobs.settled(id);
      ids.push(id);
    }
    expect(jobs.list().length).toBe(50);
    expect(jobs.list()[0]?.id).toBe(ids.at(-1));
  });

  it('closes by cancelling what runs and what waits', async () => {
    const jobs = createJobRegistry({ toFailure, limits: { build: 1 } });
    let cleanedUp = false;
    const running = jobs.start({
      kind: 'build',
      title: 'Running',
      document: null,
      async run(_report, signal) {
        try {
          while (true) {
            throwIfCancelled(signal);
            await wait(1);
          }
        } finally {
          cleanedUp = true;
        }
      },
    });
    const waiting = jobs.start(gate().request());
    await jobs.close();
    expect(cleanedUp).toBe(true);
    expect([jobs.get(running).state, jobs.get(waiting).state]).toEqual(['cancelled', 'cancelled']);
  });
});
