/** A part of a blob, `end` not included. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** More parts than a client has reason to ask for at once: such a header is passed over. */
const MOST_PARTS = 1024;

/**
 * What a `Range` header asks for (RFC 9110, section 14.2): its parts in the order asked for, without those beyond the end;
 * undefined for the whole, which is also the answer to a header that is not understood, or asks for more than the whole.
 */
export function requestedParts(
  header: string | undefined,
  size: number,
): readonly [Part, ...Part[]] | 'unsatisfiable' | undefined {
  const [, set] = /^bytes=(.*)$/.exec(header?.trim() ?? '') ?? [];
  if (set === undefined) return undefined;
  const asked = set.split(',', MOST_PARTS + 1);
  if (asked.length > MOST_PARTS) return undefined;
  const parts = asked.map((each) => requestedPart(each.trim(), size));
  if (parts.includes(undefined)) return undefined;
  const [first, ...others] = parts.filter((part) => part !== undefined && part !== 'unsatisfiable');
  if (first === undefined) return 'unsatisfiable';
  const bytes = [first, ...others].reduce((sum, { start, end }) => sum + end - start, 0);
  return bytes > size ? undefined : [first, ...others];
}

function requestedPart(text: string, size: number): Part | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(text) ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(Number(last) + 1, size);
  if (last !== '' && Number(last) < start) return undefined;
  return start < size ? { start, end } : 'unsatisfiable';
}

/** Such as `bytes 0-9/100`. */
export function contentRange({ start, end }: Part, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`;
}
