const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Nothing that is meant needs more, and functions that call themselves for each level end at some thousand. */
export const MOST_LEVELS = 100;

/**
 * Whether objects and arrays lie deeper in each other than {@link MOST_LEVELS}.
 *
 * @param text JSON
 */
export function isNestedTooDeep(text: string): boolean {
  let level = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
      case '[':
        level += 1;
        if (level > MOST_LEVELS) return true;
        break;
      case '}':
      case ']':
        level -= 1;
        break;
      case '"':
        at = endOfJsonString(text, at) - 1;
        break;
    }
  }
  return false;
}

/** Offset after the string of a JSON text that begins at `start`. */
export function endOfJsonString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}
