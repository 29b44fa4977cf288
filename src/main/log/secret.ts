import { inspect } from 'node:util';
import { withoutCredentials } from '../../shared/without-credentials.ts';

/** A password or token that neither `JSON.stringify`, string building nor `console.log` gives away. */
export interface Secret {
  reveal(): string;
}

/** What {@link withoutSecrets} takes out wherever it stands; the oldest go, as tokens do that were good for minutes. */
const values = new Set<string>();
const KEPT_VALUES = 500;
/** A shorter one would take half the words out of a text. */
const SHORTEST_VALUE = 6;
const HIDDEN = '(secret)';

export function secret(value: string): Secret {
  if (value.length >= SHORTEST_VALUE) {
    values.add(value);
    const [oldest] = values;
    if (values.size > KEPT_VALUES && oldest !== undefined) values.delete(oldest);
  }
  const hidden = () => HIDDEN;
  return Object.defineProperties(
    { reveal: () => value },
    {
      toString: { value: hidden },
      toJSON: { value: hidden },
      [inspect.custom]: { value: hidden },
    },
  );
}

/** Names of what is secret, and what follows them: to the end of the word; of lists, to the end of the line. */
const NAMED =
  /((?:passw(?:or)?d|token|secret|authorization|api[-_]?key|cookie|signature)["']?\s*[=:]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"'&;,]+/gi;
const TOKEN_LISTS = /(tokens["']?\s*[=:]\s*)[^\n]+/gi;
const CHALLENGE_ANSWERS = /\b(bearer|basic)\s+[\w.~+/-]{8,}=*/gi;
const NETRC = /\b(password\s+)\S+(?=\s*$|\s+machine\b)/gim;
/** Tokens that say of themselves what they are: JSON Web Tokens, and those of forges and registries. */
const KNOWN_FORMS = /\b(?:eyJ|gh[a-z]_|github_pat_|glpat-|dckr_pat_)[\w.-]{8,}/g;
const QUERIES = /(:\/\/[^\s?#'"]*\?)[^\s'"]+/g;

/** Text for a log: what `secret` holds, and whatever looks like a password or token, is taken out. */
export function withoutSecrets(text: string): string {
  let result = text;
  for (const value of values) {
    result = result.replaceAll(value, HIDDEN).replaceAll(encodeURIComponent(value), HIDDEN);
  }
  return withoutCredentials(result)
    .replace(QUERIES, '$1…')
    .replace(TOKEN_LISTS, `$1${HIDDEN}`)
    .replace(NAMED, `$1${HIDDEN}`)
    .replace(CHALLENGE_ANSWERS, `$1 ${HIDDEN}`)
    .replace(NETRC, `$1${HIDDEN}`)
    .replace(KNOWN_FORMS, HIDDEN);
}
