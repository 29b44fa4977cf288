import { expect, test } from 'vitest';
import { readLogCommand } from '../../../src/main/nix/read-log.ts';

const DERIVATION = '/nix/store/c1sn1d28dyf5dc5mrnr0l6v26hl2cqp1-a.drv';

test.each([
  [undefined, 'nix-store --read-log'],
  ['ssh-ng://me@builder', 'ssh me@builder nix-store --read-log'],
  ['ssh://builder:2222?compress=true', 'ssh -p 2222 builder nix-store --read-log'],
  [
    'ssh-ng://builder?remote-store=local%3Froot%3D/srv',
    "ssh builder nix-store --store 'local?root=/srv' --read-log",
  ],
  ['/home/me/.local/share/nix/root', 'nix-store --store /home/me/.local/share/nix/root --read-log'],
  ["local?root=/a b'c", "nix-store --store 'local?root=/a b'\\''c' --read-log"],
])('the log of what %s builds', (store, command) => {
  expect(readLogCommand(DERIVATION, store)).toBe(`${command} ${DERIVATION}`);
});
