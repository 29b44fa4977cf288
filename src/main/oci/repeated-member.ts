import { endOfJsonString } from '../../shared/json-nesting.ts';

/**
 * The name of a member that an object has twice, anywhere in a JSON text; undefined where there is none. `JSON.parse`
 * keeps the last, while Go's reader, and with it most container tools, merges the two: a configuration could hide a
 * command in the first. (RFC 8259, section 4: what readers make of it differs.)
 *
 * @param text what JSON.parse takes.
 */
export function repeatedMember(text: string): string | undefined {
  /** The names so far of each object that is open; null for an array. */
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
        open.push(new Set());
        break;
      case '[':
        open.push(null);
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        const end = endOfJsonString(text, at);
        const names = open.at(-1);
        if (names && isName(text, end)) {
          const name: string = JSON.parse(text.slice(at, end));
          if (names.has(name)) return name;
          names.add(name);
        }
        at = end - 1;
        break;
      }
    }
  }
  return undefined;
}

/** Whether the string that ended at `end` names a member. */
function isName(text: string, end: number): boolean {
  let at = end;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return text[at] === ':';
}
