import { stripVTControlCharacters } from 'node:util';

/** Text of an image that somebody else made: what it says must not drive this terminal. */
export function printable(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return stripVTControlCharacters(line).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '�');
}
