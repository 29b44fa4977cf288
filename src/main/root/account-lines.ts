/** A line of passwd(5), group(5) or shadow(5): its fields, without the colons between them. */
export type AccountLine = readonly string[];

/** The lines of a file of accounts by name, in their order: of two with one name, the first counts. */
export function accountLines(text: string): Map<string, AccountLine> {
  const lines = new Map<string, AccountLine>();
  for (const line of text.split('\n')) {
    const [name = '', ...fields] = line.split(':');
    if (fields.length > 0 && !lines.has(name)) lines.set(name, [name, ...fields]);
  }
  return lines;
}

export function accountsText(lines: Iterable<AccountLine>): string {
  return [...lines].map((fields) => `${fields.join(':')}\n`).join('');
}

/** A field that is a number, such as the third of passwd(5); undefined where it is none. */
export function numberAt(line: AccountLine | undefined, field: number): number | undefined {
  const text = line?.[field];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
