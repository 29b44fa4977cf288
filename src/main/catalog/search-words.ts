/** A query as the full-text index takes it. */
export interface SearchWords {
  /** Each word of the query, lower case. */
  readonly words: readonly string[];
  /** FTS5 expression: every word as the beginning of a word, one after another where a word has several parts. */
  readonly expression: string;
  /** The same for the trigram index, or null where a word is too short for it. */
  readonly partsExpression: string | null;
}

const MOST_WORDS = 8;

/** Reads what a user typed; null where there is nothing to search for. */
export function searchWords(query: string): SearchWords | null {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}+]/u.test(word))
    .slice(0, MOST_WORDS);
  if (words.length === 0) return null;
  const quoted = words.map((word) => `"${word.replaceAll('"', '""')}"`);
  return {
    words,
    expression: quoted.map((word) => `${word} *`).join(' AND '),
    partsExpression: words.every((word) => [...word].length >= 3) ? quoted.join(' AND ') : null,
  };
}
