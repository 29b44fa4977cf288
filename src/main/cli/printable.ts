/**
 * Text that somebody else made, as one can see what it is: control characters, which would drive this terminal, stand as
 * their pictures (Unicode, Control Pictures).
 */
export function printable(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, pictureOf);
}

function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
