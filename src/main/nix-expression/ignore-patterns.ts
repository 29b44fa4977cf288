import type { NixValue } from './nix-literal.ts';

/** Patterns as `.dockerignore` has them. */
export interface IgnoreRule {
  /** The directory that is copied, relative to that of the patterns: what is in it is called so to them. */
  readonly below: string;
  readonly patterns: readonly string[];
}

/**
 * Patterns as values that an expression goes through: the last that fits decides. The words of Docker's matcher become those
 * of POSIX, which builtins.match has.
 */
export function ignoreValues({ below, patterns }: IgnoreRule): NixValue {
  const rules = patterns.flatMap((line) => {
    const pattern = line.startsWith('#') ? '' : line.trim();
    const keep = pattern.startsWith('!');
    const cleaned = (keep ? pattern.slice(1).trim() : pattern).replace(/^(\.?\/+)+|\/+$/g, '');
    return cleaned === '' ? [] : [{ keep, regex: `${regexOf(cleaned)}(/.*)?` }];
  });
  return { below: below === '' ? '' : `${below}/`, rules };
}

const SPECIAL = /[.$^(){}|+\\]/;

function regexOf(pattern: string): string {
  const pieces = pattern.match(/\*\*\/?|\\.|./gsu) ?? [];
  return pieces
    .map((piece, index) => {
      if (piece.startsWith('**')) return index === pieces.length - 1 ? '.*' : '(.*/)?';
      if (piece === '*') return '[^/]*';
      if (piece === '?') return '[^/]';
      const sign = piece.length > 1 && piece.startsWith('\\') ? piece.slice(1) : piece;
      const isClass = piece === '[' || piece === ']';
      return !isClass && SPECIAL.test(sign) ? `\\${sign}` : sign;
    })
    .join('');
}
