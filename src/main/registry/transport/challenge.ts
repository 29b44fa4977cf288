/** One way in which a server offers to be convinced (RFC 7235, section 4.1). */
export interface Challenge {
  /** Lower case, such as `basic` or `bearer`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const TOKEN68 = / +[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;
const BLANK = /[\s,]*/y;
const EQUALS = /[ \t]*=[ \t]*/y;

/**
 * Reads `WWW-Authenticate`: several challenges may stand in one header, several headers in one answer. What does not
 * follow the grammar ends the header, so that the challenges before it are still of use.
 */
export function parseChallenges(headers: readonly string[]): readonly Challenge[] {
  return headers.flatMap(parseHeader);
}

function parseHeader(header: string): readonly Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };

  for (;;) {
    take(BLANK);
    const token = take(TOKEN)?.[0];
    if (token === undefined) return challenges;
    const current = challenges.at(-1);
    if (current !== undefined && take(EQUALS)) {
      const quoted = take(QUOTED)?.[1]?.replace(/\\(.)/g, '$1');
      const value = quoted ?? take(TOKEN)?.[0];
      if (value === undefined) return challenges;
      current.parameters.set(token.toLowerCase(), value);
    } else {
      challenges.push({ scheme: token.toLowerCase(), parameters: new Map() });
      take(TOKEN68);
    }
  }
}
