// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { addPackages } from '../../../src/renderer/state/document/edits.ts';
import { edit, markSaved, undo, useDocument } from '../../../src/renderer/state/document/store.ts';
import { startEffects } from '../../../src/renderer/state/effects.ts';
import { useNotices } from '../../../src/renderer/state/notices.ts';
import { answer, standInHost } from './stand-in-host.ts';
import { openDocument, theDocument } from './window.tsx';

/** What the host was asked to keep and to forget, in order. */
const asked: (readonly ['keep', readonly string[]] | readonly ['forget'])[] = [];
let isDiskFull = false;

standInHost({
  documents: {
    autosave: answer.documents.autosave.handler(({ input: { draft, document }, errors }) => {
      expect(draft).toBe(useDocument.getState().open?.draft);
      if (isDiskFull) {
        throw errors['disk-full']({
          message: 'The disk is full.',
          data: { hint: null, details: null, log: null, fixes: [] },
        });
      }
      asked.push(['keep', document.packages]);
      return { savedAt: '2024-01-01T00:00:00Z' };
    }),
    discardDraft: answer.documents.discardDraft.handler(() => {
      asked.push(['forget']);
    }),
  },
});

const add = (name: string) => edit((document) => addPackages(document, [name]));
/** Longer than the pause after which work is kept. */
const aWhile = () => vi.advanceTimersByTimeAsync(2000);

let end: AbortController;

beforeEach(async () => {
  vi.useFakeTimers();
  asked.length = 0;
  isDiskFull = false;
  useNotices.setState({ notices: [] });
  openDocument({ packages: ['bash'] });
  end = new AbortController();
  startEffects(end.signal);
});

afterEach(() => {
  end.abort();
  vi.useRealTimers();
});

describe('unsaved work', () => {
  test('is kept once the hand rests, as it is then', async () => {
    add('jq');
    await vi.advanceTimersByTimeAsync(500);
    add('curl');
    await vi.advanceTimersByTimeAsync(500);
    expect(asked).toEqual([]);
    await aWhile();
    expect(asked).toEqual([['keep', ['bash', 'jq', 'curl']]]);
    await aWhile();
    expect(asked).toHaveLength(1);
  });

  test('is not kept where it was saved, or closed, before the hand rested', async () => {
    add('jq');
    markSaved('/home/me/tools.strata.json', 'fingerprint', theDocument());
    await aWhile();
    add('curl');
    useDocument.setState({ open: null });
    await aWhile();
    expect(asked).toEqual([]);
  });

  test('is forgotten as soon as it is taken back, even before it was kept', async () => {
    add('jq');
    await aWhile();
    undo();
    await aWhile();
    expect(asked).toEqual([['keep', ['bash', 'jq']], ['forget']]);
  });

  test('of another document is left alone when one is opened in its place', async () => {
    add('jq');
    openDocument({ packages: ['curl'] });
    await aWhile();
    expect(asked).toEqual([]);
  });

  test('that could not be kept is told once, however often it is tried', async () => {
    isDiskFull = true;
    for (const name of ['jq', 'curl']) {
      add(name);
      await aWhile();
    }
    expect(useNotices.getState().notices.map(({ title, detail }) => [title, detail])).toEqual([
      ['Unsaved work could not be kept for recovery', 'The disk is full.'],
    ]);
  });

  test('is asked about before the window closes, and only then', () => {
    const close = () => {
      const event = new Event('beforeunload', { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented ? 'asked' : 'closed';
    };
    expect(close()).toBe('closed');
    add('jq');
    expect(document.title).toBe('• tools – Strata');
    expect(close()).toBe('asked');
    undo();
    expect(close()).toBe('closed');
    expect(document.title).toBe('tools – Strata');
  });
});
