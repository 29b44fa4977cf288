/** One stanza: the fields that were asked for, by name as written in the file. */
export type Stanza = Readonly<Record<string, string>>;

/**
 * Reads the stanzas of a control file, keeping only the `wanted` fields and the first line of each.
 *
 * Packages indices put every field but `Description` on one line, and the description's further lines are not needed,
 * so continuation lines are skipped. Source: deb822(5).
 */
export function* readStanzas(text: string, wanted: ReadonlySet<string>): Generator<Stanza> {
  let position = 0;
  let stanza: Record<string, string> = {};
  let isEmpty = true;
  while (position < text.length) {
    let end = text.indexOf('\n', position);
    if (end === -1) end = text.length;
    if (end === position || text.slice(position, end).trim() === '') {
      if (!isEmpty) yield stanza;
      stanza = {};
      isEmpty = true;
    } else if (!isContinuation(text.charCodeAt(position))) {
      const colon = text.indexOf(':', position);
      if (colon !== -1 && colon < end) {
        const name = text.slice(position, colon);
        if (wanted.has(name)) {
          stanza[name] = text.slice(colon + 1, end).trim();
          isEmpty = false;
        }
      }
    }
    position = end + 1;
  }
  if (!isEmpty) yield stanza;
}

const SPACE = 0x20;
const TAB = 0x09;
const HASH = 0x23;

/** Comment lines are skipped like continuation lines: they may stand between the lines of a field. */
function isContinuation(code: number): boolean {
  return code === SPACE || code === TAB || code === HASH;
}
