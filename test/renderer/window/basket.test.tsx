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

/** What each package brings along: libc is of all of them, tls of two. */
const WEIGHTS = { bash: 1000, jq: 2000, curl: 3000, libc: 500, tls: 700, cacert: 40 } as const;
type Path = keyof typeof WEIGHTS;
const CLOSURES: Readonly<Record<string, readonly Path[]>> = {
  bash: ['bash', 'libc'],
  jq: ['jq', 'libc', 'tls'],
  curl: ['curl', 'libc', 'tls'],
  cacert: ['cacert'],
  'iana-etc': [],
};
const PATHS = Object.keys(WEIGHTS) as Path[];

const asked: { lookups: string[][]; closures: string[][] } = { lookups: [], closures: [] };

standInHost({
  catalog: {
    lookup: answer.catalog.lookup.handler(({ input: { names } }) => {
      asked.lookups.push(names);
      return names.map((name) => ({
        name,
        entry: name in CLOSURES ? entryOf(name) : null,
        output: null,
        nearest: name in CLOSURES ? [] : ['curl'],
      }));
    }),
    closures: answer.catalog.closures.handler(({ input: { names, defaults } }) => {
      asked.closures.push([...names, ...defaults]);
      return {
        paths: PATHS.map((path) => ({ path, narBytes: WEIGHTS[path], downloadBytes: 0 })),
        packages: [...names, ...defaults].map((attribute) => ({
          known: true as const,
          attribute,
          closure: (CLOSURES[attribute] ?? []).map((path) => PATHS.indexOf(path)),
          from: 'store',
        })),
      };
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
  asked.closures.length = 0;
  const builtAt = '2024-01-01T00:00:00Z';
  const status = { state: 'ready', revision: '1', entries: 3, builtAt, leftOut: 0 } as const;
  useCatalog.setState({ status, shown: null, pointed: null });
});

describe('the basket', () => {
  test('says what each adds on top of the others and what it shares; the image is all of it, once', async () => {
    openDocument({ packages: ['bash', 'jq'] });
    show(<Basket />);
    expect((await row(/^bash, adds 1.00 kB, shares 500 B$/)).textContent).toBe('bash1.0+1.00 kBshares 500 B');
    expect((await row(/^jq, adds 2.70 kB/)).textContent).toBe('jq1.0insecure+2.70 kBshares 500 B');
    expect(screen.getByText('4.24 kB')).toBeDefined();
    act(() => edit((document) => addPackages(document, ['curl'])));
    await row(/^curl, adds 3.00 kB, shares 1.20 kB$/);
    expect(await row(/^jq, adds 2.00 kB, shares 1.20 kB$/)).toBeDefined();
    expect(screen.getByText('7.24 kB')).toBeDefined();
    expect(asked.closures).toEqual([['bash', 'jq', 'cacert', 'iana-etc'], ['curl']]);
    expect(asked.lookups).toEqual([
      ['bash', 'jq'],
      ['bash', 'jq', 'curl'],
    ]);
  });

  test('says what the image would be with a package that is pointed at, and without one that is chosen', async () => {
    openDocument({ packages: ['bash', 'jq'] });
    show(<Basket />);
    await row(/^jq, adds/);
    act(() => useCatalog.setState({ pointed: 'curl' }));
    expect(await screen.findByText('7.24 kB with curl (+3.00 kB)')).toBeDefined();
    act(() => useCatalog.setState({ pointed: 'jq' }));
    expect(await screen.findByText('1.54 kB without jq (−2.70 kB)')).toBeDefined();
  });

  test('asks for nothing that was taken out again meanwhile', async () => {
    openDocument({ packages: ['curl', 'htop'] });
    show(<Basket />);
    act(() => edit((document) => removePackages(document, ['htop'])));
    await row(/^curl, adds/);
    expect(asked.closures).toEqual([['curl', 'cacert', 'iana-etc']]);
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
