import { setTimeout as wait } from 'node:timers/promises';
import { isDefinedError, ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import type { HostClient } from '../../../src/shared/contract/index.ts';
import { applyJobEvent } from '../../../src/shared/contract/job-events.ts';
import type { Job, JobEvent } from '../../../src/shared/contract/jobs.ts';
import { Cancelled, StrataError } from '../../../src/shared/errors.ts';
import { clientOverPort, clientOverSocket, type PartHost, partHost } from './support.ts';

const TRANSPORTS: readonly [
  name: string,
  connect: (host: PartHost) => Promise<{ client: HostClient; disconnect(): void }>,
][] = [
  ['a WebSocket', clientOverSocket],
  ['a message port', async (host) => clientOverPort(host)],
];

/** A job that counts until it is told to stop. */
function startCounting(host: PartHost) {
  const stop = Promise.withResolvers<void>();
  stop.promise.catch(() => {});
  const id = host.jobs.start({
    kind: 'build',
    title: 'Build image',
    document: null,
    async run(report, signal) {
      signal.addEventListener('abort', () => stop.reject(new Cancelled()));
      for (let done = 1; done <= 5; done += 1) {
        report.progress({ phase: 'Building', done, total: 5, unit: 'items' });
        report.log(null, `step ${done}`);
        await wait(5);
      }
      await stop.promise;
    },
  });
  return { id, stop: () => stop.resolve() };
}

async function fold(events: AsyncIterable<JobEvent>): Promise<Job | undefined> {
  let job: Job | undefined;
  for await (const event of events) job = applyJobEvent(job, event);
  return job;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(2);
}

describe.each(TRANSPORTS)('over %s', (_name, connect) => {
  it('a window follows a job to its end', async () => {
    const host = partHost();
    const { client } = await connect(host);
    const { id, stop } = startCounting(host);
    const followed = fold(await client.jobs.subscribe({ id }));
    await wait(30);
    stop();
    expect(await followed).toMatchObject({ id, state: 'done', progress: { done: 5, total: 5 } });
    expect(await client.jobs.get({ id })).toEqual(await followed);
  });

  it('a stream ends when its signal is aborted, and the job goes on', async () => {
    const host = partHost();
    const { client } = await connect(host);
    const { id, stop } = startCounting(host);
    const leaving = new AbortController();
    const received: JobEvent[] = [];
    const followed = (async () => {
      for await (const event of await client.jobs.subscribe({ id }, { signal: leaving.signal })) {
        received.push(event);
        leaving.abort();
      }
    })();
    await followed.catch(() => {});
    expect(received.length).toBeGreaterThanOrEqual(1);
    expect(host.jobs.get(id).state).toBe('running');
    stop();
    expect((await host.jobs.settled(id)).state).toBe('done');
  });

  it('leaving the loop ends the stream on the host too', async () => {
    const host = partHost();
    const { client } = await connect(host);
    let ended = 0;
    const original = host.jobs.followList;
    host.jobs.followList = async function* (signal) {
      try {
        yield* original(signal);
      } finally {
        ended += 1;
      }
    };
    for await (const event of await client.jobs.watch()) {
      expect(event.type).toBe('snapshot');
      break;
    }
    await until(() => ended === 1);
  });

  it('a job survives the window that started it; another window finds it and cancels it', async () => {
    const host = partHost();
    const first = await connect(host);
    const { id } = startCounting(host);
    const followed = first.client.jobs.subscribe({ id }).then(fold);
    await wait(10);
    first.disconnect();
    await followed.catch(() => {});
    await until(() => host.released.length === 1);

    const second = await connect(host);
    const [found] = await second.client.jobs.list();
    expect(found).toMatchObject({ id, state: 'running' });
    const again = fold(await second.client.jobs.subscribe({ id }));
    await second.client.jobs.cancel({ id });
    expect(await again).toMatchObject({ id, state: 'cancelled', progress: { done: expect.any(Number) } });
  });

  it('two windows see the same job', async () => {
    const host = partHost();
    const one = await connect(host);
    const two = await connect(host);
    const { id, stop } = startCounting(host);
    const both = Promise.all([
      one.client.jobs.subscribe({ id }).then(fold),
      two.client.jobs.subscribe({ id }).then(fold),
    ]);
    await wait(10);
    stop();
    const [a, b] = await both;
    expect(a).toEqual(b);
    expect(a?.state).toBe('done');
  });

  it('a log is read as it grows', async () => {
    const host = partHost();
    const { client } = await connect(host);
    const { id, stop } = startCounting(host);
    const lines: string[] = [];
    for await (const chunk of await client.jobs.followLog({ id })) {
      lines.push(...chunk.lines);
      if (lines.length === 5) stop();
    }
    expect(lines).toEqual(['step 1', 'step 2', 'step 3', 'step 4', 'step 5']);
  });

  it('an expected failure arrives with its code, its hint and what can be done', async () => {
    const host = partHost();
    const { client } = await connect(host);
    const error = await client.jobs.get({ id: 'gone' }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error instanceof ORPCError && isDefinedError(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'not-found',
      message: 'There is no such job any more.',
      data: {
        hint: expect.stringContaining('Start it again'),
        details: { job: 'gone' },
        log: null,
        fixes: [],
      },
    });
  });

  it('a failure in the middle of a stream arrives as one', async () => {
    const host = partHost();
    const { client } = await connect(host);
    host.jobs.followList = async function* () {
      yield { type: 'snapshot', jobs: [] };
      throw new StrataError('file-system', 'The disk went away.', { hint: 'Plug it in.' });
    };
    const events: unknown[] = [];
    const followed = (async () => {
      for await (const event of await client.jobs.watch()) events.push(event);
    })();
    await expect(followed).rejects.toMatchObject({
      code: 'file-system',
      message: 'The disk went away.',
      data: { hint: 'Plug it in.' },
    });
    expect(events).toHaveLength(1);
  });

  it('a bug arrives as one, with its stack to copy', async () => {
    const host = partHost();
    const { client } = await connect(host);
    host.jobs.list = () => {
      throw new TypeError('undefined is not a function');
    };
    await expect(client.jobs.list()).rejects.toMatchObject({
      code: 'internal',
      message: 'Strata has a bug: undefined is not a function',
      data: { log: expect.stringContaining('transports.test.ts') },
    });
  });

  it('input that is not of the contract is refused', async () => {
    const { client } = await connect(partHost());
    await expect(client.jobs.get({ id: 7 } as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    await expect(client.settings.update({ theme: 'purple' } as never)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  it('every window hears of changed settings', async () => {
    const host = partHost();
    const one = await connect(host);
    const two = await connect(host);
    const themes: string[] = [];
    const followed = (async () => {
      for await (const settings of await two.client.settings.watch()) {
        themes.push(settings.theme);
        if (themes.length === 2) break;
      }
    })();
    await until(() => themes.length === 1);
    await one.client.settings.update({ theme: 'dark', view: { 'strata.panel': 0.3, gone: 1 } });
    await followed;
    expect(themes).toEqual(['system', 'dark']);
    const after = await one.client.settings.update({ view: { gone: null }, nix: { timeoutSeconds: 60 } });
    expect(after).toMatchObject({
      theme: 'dark',
      view: { 'strata.panel': 0.3 },
      nix: { timeoutSeconds: 60 },
    });
    expect(after.view).not.toHaveProperty('gone');
  });
});
