/**
 * The alternatives of each clause of a dependency field, as package names in the order written. Versions,
 * architecture qualifiers and restrictions are dropped: within one release of a distribution, the newest version of
 * a package satisfies what the others ask for. Source: deb-control(5), "Depends", and Debian Policy 7.1.
 */
export function parseRelation(field: string): string[][] {
  const clauses: string[][] = [];
  for (const clause of field.split(',')) {
    const names: string[] = [];
    for (const alternative of clause.split('|')) {
      const name = /^[^\s:([<]+/.exec(alternative.trim())?.[0];
      if (name !== undefined) names.push(name);
    }
    if (names.length > 0) clauses.push(names);
  }
  return clauses;
}
