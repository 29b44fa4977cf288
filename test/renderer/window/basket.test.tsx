// @vitest-environment happy-dom
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, test } from 'vitest';
import { Basket } from '../../../src/renderer/features/pick/basket.tsx';
import { useCatalog } from '../../../src/renderer/features/pick/catalog-state.ts';
import { addPackages, removePackages } from '../../../src/renderer/state/document/edits.ts';
import { edit, undo } from '../../../src/renderer/state/document/store.ts';
import { answer, standInHost } from './stand-in-host.ts';
import { openDocument, show, theDocument } from './window.tsx';

const SIZES: Readonly<Record<string, number>> = { bash: 1000, jq: 2000, curl: 3000 };

const asked: { lookups: string[][]; costs: string[][] } = { lookups: [], costs: [] };

standInHost({
  catalog: {
    lookup: answer.catalog.lookup.handler(({ input: { names } }) => {
      asked.lookups.push(names);
      return names.map((name) => ({
        name,
        entry: name in SIZES ? entryOf(name) : null,
        output: null,
        nearest: name in SIZES ? [] : ['curl'],
      }));
    }),
    costs: answer.catalog.costs.handler(({ input: { names } }) => {
      asked.costs.push(names);
      return names.map((attribute) => ({
        known: true as const,
        attribute,
        newPaths: 1,
        newBytes: SIZES[attribute] ?? 0,
        closurePaths: 1,
        closureBytes: SIZES[attribute] ?? 0,
        downloadBytes: 0,
        from: 'store',
      }));
    }),
  },
});

function entryOf(attribute: string) {
  return {
    attribute,
    name: attribute,
    version: '1.0',
    description: '',
    marks: attribute === 'jq' ? ['insecure' as const] : [],
    popularity: null,
    isSet: false,
    matchedProgram: null,
  };
}

const list = () => within(screen.getByRole('list', { name: 'Packages of the image' }));
const row = (name: RegExp) => list().findByRole('button', { name });

beforeEach(() => {
  asked.lookups.length = 0;
  asked.costs.length = 0;
  const builtAt = '2024-01-01T00:00:00Z';
  const status = { state: 'ready', revision: '1', entries: 3, builtAt, leftOut: 0 } as const;
  useCatalog.setState({ status, shown: null });
});

describe('the basket', () => {
  test('asks what all packages add at once, and later what the new ones do', async () => {
    openDocument({ packages: ['bash', 'jq'] });
    show(<Basket />);
    expect((await row(/^bash, adds/)).textContent).toBe('bash1.01.00 kB');
    expect((await row(/^jq, adds/)).textContent).toBe('jq1.0insecure2.00 kB');
    act(() => edit((document) => addPackages(document, ['curl'])));
    await row(/^curl, adds 3.00 kB$/);
    expect(asked.costs).toEqual([['bash', 'jq'], ['curl']]);
    expect(asked.lookups).toEqual([
      ['bash', 'jq'],
      ['bash', 'jq', 'curl'],
    ]);
  });

  test('asks for nothing that was taken out again meanwhile', async () => {
    openDocument({ packages: ['curl', 'htop'] });
    show(<Basket />);
    act(() => edit((document) => removePackages(document, ['htop'])));
    await row(/^curl, adds/);
    expect(asked.costs).toEqual([['curl']]);
  });

  test('moves a package by the keyboard, and the focus goes along', async () => {
    openDocument({ packages: ['bash', 'jq', 'curl'] });
    show(<Basket />);
    (await row(/^bash/)).focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(await row(/^jq/));
    await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(theDocument().packages).toEqual(['bash', 'curl', 'jq']);
    await waitFor(async () => expect(document.activeElement).toBe(await row(/^jq/)));
    act(undo);
    expect(theDocument().packages).toEqual(['bash', 'jq', 'curl']);
  });

  test('removes a package, and the focus goes on with the next one, or the last that is left', async () => {
    openDocument({ packages: ['bash', 'jq', 'curl'] });
    show(<Basket />);
    (await row(/^jq/)).focus();
    await userEvent.keyboard('{Delete}');
    expect(theDocument().packages).toEqual(['bash', 'curl']);
    await waitFor(async () => expect(document.activeElement).toBe(await row(/^curl/)));
    await userEvent.click(list().getByRole('button', { name: 'Remove curl' }));
    await waitFor(async () => expect(document.activeElement).toBe(await row(/^bash/)));
    await userEvent.keyboard('{Backspace}');
    expect(screen.getByText('Nothing yet')).toBeDefined();
  });

  test('a package that the source does not have is said so, with what it may have meant, and costs nothing', async () => {
    openDocument({ packages: ['bash', 'crul'] });
    show(<Basket />);
    expect((await list().findByRole('alert')).textContent).toBe('Not in this source. Perhaps curl');
    expect(await row(/^crul, not in this source$/)).toBeDefined();
    await userEvent.click(list().getByRole('button', { name: 'curl' }));
    expect(theDocument().packages).toEqual(['bash', 'curl']);
    await row(/^curl, adds/);
    expect(list().queryByRole('alert')).toBeNull();
  });

  test('shows the details of the package that is chosen, by its attribute', async () => {
    openDocument({ packages: ['bash'] });
    show(<Basket />);
    await userEvent.click(await row(/^bash, adds/));
    expect(useCatalog.getState().shown).toBe('bash');
  });

  test('says what is added to every image, and takes it out', async () => {
    openDocument({ packages: ['bash'] });
    show(<Basket />);
    await userEvent.click(screen.getByRole('switch', { name: /^Certificates/ }));
    expect(theDocument().defaults).toEqual({ cacert: false, ianaEtc: true });
  });
});
