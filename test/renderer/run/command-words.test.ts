import { expect, it } from 'vitest';
import { commandWords } from '../../../src/renderer/features/run/command-words.ts';

it.each([
  ['', []],
  ['  ls  -l ', ['ls', '-l']],
  [`sh -c 'echo "a b"'`, ['sh', '-c', 'echo "a b"']],
  ['a="b c"d ""', ['a=b cd', '']],
  ["don't", ['don', 't']],
])('%j', (text, words) => {
  expect(commandWords(text)).toEqual(words);
});
