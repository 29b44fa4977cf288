// @vitest-environment happy-dom

import { act, screen } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { startEffects } from '../../../src/renderer/state/effects.ts';
import { host, reconnectNow, useHost } from '../../../src/renderer/state/host.ts';
import { useJobs } from '../../../src/renderer/state/jobs.ts';
import { questions, useAnswer } from '../../../src/renderer/state/questions.ts';
import { useStream } from '../../../src/renderer/state/use-stream.ts';
import type { About } from '../../../src/shared/contract/system.ts';
import { jobSummary } from '../job-summary.ts';
import { answer, standInHost } from './stand-in-host.ts';
import { openDocument, show, theDocument } from './window.tsx';

const ABOUT: Omit<About, 'hostId'> = {
  version: '0',
  shell: 'browser',
  platform: 'linux',
  nixSystem: 'x86_64-linux',
  nodeVersion: '24',
  nixVersion: null,
  cores: 1,
  mayRun: true,
  homeDirectory: '/home',
  workingDirectory: '/home/me',
  cacheDirectory: '/cache',
  dataDirectory: '/data',
  logFile: '/data/log',
};
let hostId = 'first';
/** How far each reading of a directory came; it goes on when it is let go. */
let readings: { readonly path: string | null; state: 'asked' | 'cancelled'; readonly go: () => void }[] = [];
let cachedLayers = 0;
let logs: string[] = [];

const { breakConnection } = standInHost({
  system: {
    about: answer.system.about.handler(() => ({ ...ABOUT, hostId })),
  },
  files: {
    browse: answer.files.browse.handler(async ({ input: { path }, signal }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const reading = { path, state: 'asked' as 'asked' | 'cancelled', go: resolve };
      readings.push(reading);
      signal?.addEventListener('abort', () => {
        reading.state = 'cancelled';
      });
      await promise;
      return { path: `${path} by ${hostId}`, parent: null, writable: true, entries: [], places: [] };
    }),
  },
  jobs: {
    followLog: answer.jobs.followLog.handler(async function* ({ input: { id }, signal }) {
      logs.push(`open ${id}`);
      yield { firstLine: 0, lines: [`of ${id}`], droppedLines: 0 };
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      logs.push(`end ${id}`);
    }),
  },
  images: {
    cachedLayers: answer.images.cachedLayers.handler(() => {
      cachedLayers += 1;
      return [];
    }),
    latest: answer.images.latest.handler(() => null),
  },
});

function Folder({ path }: { readonly path: string }) {
  const { value, failure } = useAnswer(questions().files.browse.queryOptions({ input: { path } }));
  return <p role="status">{failure?.code ?? value?.path ?? 'asking'}</p>;
}

const said = (text: string) => vi.waitFor(() => expect(screen.getByRole('status').textContent).toBe(text));
const reading = (number: number) =>
  vi.waitFor(() => expect(readings).toHaveLength(number)).then(() => itemAt(readings, number - 1));

beforeEach(() => {
  readings = [];
  hostId = 'first';
  logs = [];
});

describe('a question to the host', () => {
  test('is shown when it is answered, and at once when it is asked again', async () => {
    const { unmount } = show(<Folder path="/a" />);
    await said('asking');
    (await reading(1)).go();
    await said('/a by first');
    unmount();
    show(<Folder path="/a" />);
    expect(screen.getByRole('status').textContent).toBe('/a by first');
    expect((await reading(2)).path).toBe('/a');
  });

  test('is cancelled at the host when another one takes its place, or nobody asks any more', async () => {
    const { rerender, unmount } = show(<Folder path="/a" />);
    const first = await reading(1);
    rerender(<Folder path="/b" />);
    const second = await reading(2);
    await vi.waitFor(() => expect(first.state).toBe('cancelled'));
    expect(screen.getByRole('status').textContent).toBe('asking');
    unmount();
    await vi.waitFor(() => expect(second.state).toBe('cancelled'));
  });

  test('goes on by itself over a broken connection', async () => {
    show(<Folder path="/a" />);
    await reading(1);
    breakConnection();
    reconnectNow();
    (await reading(2)).go();
    await said('/a by first');
  });

  test('is asked anew when another host answers after a break, not when the same one does', async () => {
    useHost.setState({ about: await host().system.about() });
    show(<Folder path="/a" />);
    (await reading(1)).go();
    await said('/a by first');
    const asked = () => vi.waitFor(() => expect(useHost.getState().connection).toBe('open'));
    const about = useHost.getState().about;
    breakConnection();
    await act(async () => reconnectNow());
    await asked();
    await vi.waitFor(() => expect(useHost.getState().about).not.toBe(about));
    expect(readings).toHaveLength(1);
    hostId = 'second';
    breakConnection();
    await act(async () => reconnectNow());
    (await reading(2)).go();
    await said('/a by second');
  });
});

function PackedLayers() {
  const { layering, compression } = theDocument();
  const input = { build: 'build', layering, compression, known: null };
  const { value } = useAnswer(questions().images.cachedLayers.queryOptions({ input }));
  return <p role="status">{value?.length ?? 'asking'}</p>;
}

test('what lies packed is asked again when a job that packs has ended, however it ended, and not before', async () => {
  openDocument({ packages: ['bash'] });
  const end = new AbortController();
  startEffects(end.signal);
  show(<PackedLayers />);
  await said('0');
  const job = jobSummary({ id: 'image', kind: 'image' });
  const build = jobSummary({ id: 'build', kind: 'build' });
  useJobs.setState({ jobs: [job, build] });
  useJobs.setState({
    jobs: [
      { ...job, progress: null },
      { ...build, state: 'done' },
    ],
  });
  await said('0');
  expect(cachedLayers).toBe(1);
  useJobs.setState({ jobs: [{ ...job, state: 'failed' }, build] });
  await vi.waitFor(() => expect(cachedLayers).toBe(2));
  end.abort();
});

function Log({ id }: { readonly id: string }) {
  const [line, setLine] = useState('');
  useStream(id, {
    open: (signal) => host().jobs.followLog({ id, derivation: null, from: 0 }, { signal }),
    onEvent: ({ lines }) => setLine(lines[0] ?? ''),
    onFailure: () => setLine('failed'),
  });
  return <p role="status">{line}</p>;
}

test('a stream ends at the host when another takes its place, and is opened again after a break', async () => {
  const { rerender, unmount } = show(<Log id="a" />);
  await said('of a');
  rerender(<Log id="b" />);
  await said('of b');
  await vi.waitFor(() => expect(logs).toEqual(['open a', 'end a', 'open b']));
  breakConnection();
  reconnectNow();
  await vi.waitFor(() => expect(logs.filter((entry) => entry === 'open b')).toHaveLength(2));
  unmount();
  await vi.waitFor(() => expect(logs.at(-1)).toBe('end b'));
});
