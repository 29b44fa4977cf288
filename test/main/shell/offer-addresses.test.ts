import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { offerAddresses } from '../../../src/main/shell/offer-addresses.ts';

function offered(isTTY: boolean) {
  let count = 0;
  const server = { newAddress: ({ open = '' } = {}) => `address ${++count} ${open}`.trim() };
  const input = Object.assign(new PassThrough(), { isTTY });
  const shown: string[] = [];
  const ending = new AbortController();
  const { signal } = ending;
  const done = offerAddresses(server, { open: 'web', show: (line) => shown.push(line), signal, input });
  const end = async (): Promise<void> => {
    ending.abort();
    await done;
  };
  return { input, shown, end };
}

it('shows one address, and on a terminal another with every Enter', async () => {
  const { input, shown, end } = offered(true);
  input.write('\n');
  input.write('\n');
  await new Promise(setImmediate);
  await end();
  input.write('\n');
  expect(shown).toEqual(['address 1 web', 'address 2', 'address 3']);
});

it('shows just one line where nobody sits at a terminal', async () => {
  const { input, shown, end } = offered(false);
  input.write('\n');
  await new Promise(setImmediate);
  await end();
  expect(shown).toEqual(['address 1 web']);
});
