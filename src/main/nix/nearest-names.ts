import { distance } from 'fastest-levenshtein';

const MOST = 3;

/**
 * The names that a person most likely meant, best first, at most three. Near is what differs by few edits (at most a
 * third of the longer name, case aside), or begins or ends with what was asked for, as gnugrep does with grep. Ties go
 * to the smaller name.
 */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  const target = wanted.toLowerCase();
  const best: { readonly name: string; readonly score: number }[] = [];
  for (const name of names) {
    const candidate = name.toLowerCase();
    const longer = Math.max(candidate.length, target.length);
    const isPart =
      Math.min(target.length, candidate.length) >= 3 &&
      (candidate.startsWith(target) || candidate.endsWith(target) || target.startsWith(candidate));
    const allowed = Math.max(1, Math.floor(longer / 3));
    // Every character of a difference in length is an edit: most names are dismissed without counting.
    if (!isPart && Math.abs(candidate.length - target.length) > allowed) continue;
    const edits = distance(target, candidate);
    if (!isPart && edits > allowed) continue;
    best.push({ name, score: isPart ? Math.min(edits, 1.5 + edits / 100) : edits });
  }
  best.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return best.slice(0, MOST).map(({ name }) => name);
}
