// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';
import { Hints } from '../../../src/renderer/features/strata/hints.tsx';
import { undo } from '../../../src/renderer/state/document/store.ts';
import { documentSchema, type Layering } from '../../../src/shared/document.ts';
import { closureOf } from '../closure-of.ts';
import { openDocument, show, theDocument } from './window.tsx';

const closure = closureOf({ app: ['glibc'], tool: ['glibc'] }, { roots: ['app', 'tool'] });

async function openHints(layering: Partial<Layering>) {
  const { layering: usual } = documentSchema.parse({ version: 1, name: 'tools', packages: ['app'] });
  openDocument({ packages: ['app'], layering: { ...usual, ...layering } });
  show(<Hints closure={closure} />);
  await userEvent.click(screen.getByRole('button', { name: /^Hints/ }));
}

const list = (name: string) => within(screen.getByRole('list', { name }));

describe('the hints of a document', () => {
  test('are counted and listed by what they ask for, with those of paths that are not in the image', async () => {
    await openHints({ pins: ['app', 'gone'], keepTogether: [['tool', 'lost']], volatile: ['app'] });
    expect(screen.getByRole('button', { name: 'Hints · 4' })).toBeDefined();
    expect(
      list('Layers of their own')
        .getAllByRole('listitem')
        .map(({ textContent }) => textContent),
    ).toEqual(['app', 'gonenot in this image']);
    expect(list('Kept together').getByRole('listitem').textContent).toBe('tool, lostlost not in this image');
    expect(list('Last, as they change with every build').getByRole('listitem').textContent).toBe('app');
  });

  test('go one at a time, and the others stay', async () => {
    await openHints({ pins: ['app', 'tool'], keepTogether: [['app', 'tool']], volatile: ['tool'] });
    await userEvent.click(list('Layers of their own').getByRole('button', { name: 'Remove the hint tool' }));
    await userEvent.click(list('Kept together').getByRole('button', { name: 'Remove the hint app, tool' }));
    const { pins, keepTogether = [], volatile } = theDocument().layering;
    expect({ pins, keepTogether, volatile }).toEqual({ pins: ['app'], keepTogether: [], volatile: ['tool'] });
    expect(screen.queryByRole('list', { name: 'Kept together' })).toBeNull();
  });

  test('the smallest layer is typed in one step of undo, and empty is as usual', async () => {
    await openHints({});
    expect(screen.getByText(/There are none\./)).toBeDefined();
    const field = screen.getByRole('textbox', { name: 'Smallest layer' });
    await userEvent.type(field, '5000');
    expect(theDocument().layering.minLayerBytes).toBe(5000);
    expect(screen.getByText(/5\.00 kB\.$/)).toBeDefined();
    await userEvent.clear(field);
    expect(theDocument().layering.minLayerBytes).toBeUndefined();
    expect(screen.getByText(/unless you say otherwise\.$/)).toBeDefined();
    undo();
    expect(theDocument().layering.minLayerBytes).toBeUndefined();
  });
});
