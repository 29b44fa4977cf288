// @vitest-environment happy-dom

import { fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { CompareScreen } from '../../../src/renderer/features/compare/compare-screen.tsx';
import { useCompare } from '../../../src/renderer/features/compare/compare-state.ts';
import type { Compared, Comparison } from '../../../src/shared/contract/compare.ts';
import type { Failure } from '../../../src/shared/contract/errors.ts';
import type { JobEvent } from '../../../src/shared/contract/jobs.ts';
import { comparisonOf, image, layer, path } from '../comparison-of.ts';
import { jobSummary } from '../job-summary.ts';
import { answer, standInHost } from './stand-in-host.ts';
import { openDocument, show } from './window.tsx';

const comparison = comparisonOf(
  image(layer('a', 'a', path('glibc-2.36')), layer('b', 'b', path('jq-1.6'))),
  image(layer('a', 'a', path('glibc-2.36')), layer('c', 'c', path('jq-1.7', 'b'))),
);
const REFUSED: Failure = {
  code: 'registry-unauthorized',
  message: 'ghcr.io does not let you in.',
  hint: null,
  action: null,
  details: null,
  log: null,
  fixes: [],
};

/** What the host was asked to compare, in order, and what comes of each. */
const asked: Record<'before' | 'after', Compared>[] = [];
let outcomes: (Comparison | Failure)[] = [];

standInHost({
  compare: {
    start: answer.compare.start.handler(({ input }) => {
      asked.push(input);
      return { jobId: crypto.randomUUID() };
    }),
  },
  jobs: {
    subscribe: answer.jobs.subscribe.handler(async function* ({ input: { id } }): AsyncGenerator<JobEvent> {
      const outcome = itemAt(outcomes, asked.length - 1);
      const failure = 'code' in outcome ? outcome : null;
      const result = 'code' in outcome ? null : outcome;
      const summary = jobSummary({ id, kind: 'compare', state: failure ? 'failed' : 'done', failure });
      yield { type: 'snapshot', job: { ...summary, detail: { kind: 'compare', result } } };
    }),
  },
});

const compare = () => screen.getByRole('button', { name: 'Compare' });
const type = async (side: string, text: string) => {
  await userEvent.selectOptions(screen.getByRole('combobox', { name: side }), 'File or reference');
  const field = screen.getByRole('textbox', { name: `${side}: file or reference` });
  await userEvent.clear(field);
  await userEvent.type(field, text);
};

beforeEach(() => {
  asked.length = 0;
  useCompare.setState(useCompare.getInitialState());
  openDocument({ packages: ['bash'] });
  show(<CompareScreen />);
});

describe('comparing two images', () => {
  test('waits for both sides to be named; a document that was not built is none', async () => {
    expect(compare()).toHaveProperty('disabled', true);
    await type('Before', 'old.tar');
    expect(compare()).toHaveProperty('disabled', true);
    expect(screen.getAllByRole('option', { name: 'This document' })[1]).toHaveProperty('disabled', true);
    await type('After', 'new.tar');
    expect(compare()).toHaveProperty('disabled', false);
  });

  test('sends what is on each side, and what was swapped the other way round', async () => {
    outcomes = [comparison, comparison];
    await type('Before', ' old.tar ');
    await type('After', 'new.tar');
    await userEvent.click(compare());
    await screen.findByRole('region', { name: 'Both images in cross-section' });
    await userEvent.click(screen.getByRole('button', { name: 'Swap the sides' }));
    await userEvent.click(compare());
    expect(asked).toMatchObject([
      { before: { type: 'location', location: 'old.tar' }, after: { type: 'location', location: 'new.tar' } },
      { before: { type: 'location', location: 'new.tar' }, after: { type: 'location', location: 'old.tar' } },
    ]);
  });

  test('shows each layer with what became of it, and the twin of the one under the pointer', async () => {
    outcomes = [comparison];
    await type('Before', 'old.tar');
    await type('After', 'new.tar');
    await userEvent.click(compare());
    await screen.findByRole('heading', { name: '1 changed package' });
    const layers = screen
      .getAllByRole('list', { name: 'Layers of image' })
      .map((list) => within(list).getAllByRole('listitem'));
    expect(layers.map((list) => list.map(({ dataset }) => dataset.fate))).toEqual([
      ['kept', 'removed'],
      ['kept', 'new'],
    ]);
    const lit = () => layers.map((list) => list.map(({ dataset }) => dataset.lit === 'true'));
    fireEvent.pointerEnter(itemAt(itemAt(layers, 0), 0));
    expect(lit()).toEqual([
      [true, false],
      [true, false],
    ]);
    fireEvent.pointerEnter(itemAt(itemAt(layers, 1), 1));
    expect(lit().flat()).not.toContain(true);
    await userEvent.click(screen.getByRole('radio', { name: 'Table' }));
    expect(useCompare.getState().view).toBe('table');
    expect(screen.getByRole('grid', { name: 'Layers of both images' })).toBeDefined();
  });

  test('a registry that wants an account gets it, and no other does', async () => {
    outcomes = [REFUSED, comparison];
    await type('Before', 'ghcr.io/me/app:1');
    await type('After', 'quay.io/me/app:2');
    await userEvent.click(compare());
    const form = within(await screen.findByRole('form', { name: 'Sign in to ghcr.io' }));
    await userEvent.type(form.getByRole('textbox', { name: 'User name' }), 'me');
    await userEvent.type(form.getByLabelText('Password or token'), 'secret');
    await userEvent.click(form.getByRole('button', { name: 'Sign in and try again' }));
    await screen.findByRole('region', { name: 'Both images in cross-section' });
    expect(asked[1]).toMatchObject({
      before: { access: { credentials: { username: 'me', password: 'secret' } } },
      after: { access: { credentials: null } },
    });
  });
});
