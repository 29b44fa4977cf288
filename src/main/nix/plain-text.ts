import { stripVTControlCharacters } from 'node:util';

/** Text of a build or a message without colours, cursor movements, carriage returns and other control characters. */
export function plainText(text: string): string {
  const shown = stripVTControlCharacters(text).replace(/\r+$/, '');
  // A progress bar redraws its line: what stands after the last carriage return is what a terminal would show.
  const redrawn = shown.includes('\r') ? shown.replace(/[^\n]*\r(?!\n)/g, '') : shown;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return redrawn.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
