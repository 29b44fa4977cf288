import { expect, test } from 'vitest';
import { withoutCredentials } from '../../src/shared/without-credentials.ts';

test('a URL is shown without what signs in, wherever it stands in a text', () => {
  for (const [text, shown] of [
    ['https://me:secret@git.example/set', 'https://git.example/set'],
    ['https://token@git.example/set?ref=a@b', 'https://git.example/set?ref=a@b'],
    ['https://me:se@cret@git.example/set', 'https://git.example/set'],
    [
      "fatal: unable to access 'https://me:secret@git.example/': no",
      "fatal: unable to access 'https://git.example/': no",
    ],
    [
      'git+https://t@a.example/x and http://u:p@b.example/y',
      'git+https://a.example/x and http://b.example/y',
    ],
    ['ssh-ng://builder@mac.example', 'ssh-ng://builder@mac.example'],
    ['ssh://me:secret@git.example/set', 'ssh://me@git.example/set'],
    ['https://registry.example/@scope/name', 'https://registry.example/@scope/name'],
    ['me@git.example:set', 'me@git.example:set'],
    ['3.https://me:secret@git.example/', '3.https://git.example/'],
    // Read once, and not from each of its letters to the end.
    ['a'.repeat(500_000), 'a'.repeat(500_000)],
  ] as const) {
    expect(withoutCredentials(text)).toBe(shown);
  }
});
