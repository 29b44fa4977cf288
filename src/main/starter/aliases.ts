import type { Unit } from './debset.ts';

/** Other names of attributes, as nixpkgs has them. What an alias stands for may be a set of packages. */
export function aliasesFor(attributes: Readonly<Record<string, Unit>>): Record<string, string> {
  const major = (attribute: string): string | undefined => attributes[attribute]?.version.split('.')[0];
  const numbered = (attribute: string): string | undefined =>
    attributes[attribute]?.version.split('.').slice(0, 2).join('');
  const candidates: readonly (readonly [alias: string, attribute: string])[] = [
    ['bashInteractive', 'bash'],
    ['bashNonInteractive', 'bash'],
    ['lua', 'lua5_4'],
    ['lua5', 'lua5_4'],
    ['netcat-openbsd', 'netcat'],
    [`nodejs_${major('nodejs')}`, 'nodejs'],
    [`openssl_${major('openssl')}`, 'openssl'],
    [`postgresql_${major('postgresql')}`, 'postgresql'],
    [`python${numbered('python3')}`, 'python3'],
    ['python3Minimal', 'python3'],
  ];
  const aliases = candidates.filter(([, attribute]) => attributes[attribute]);
  if (attributes.python3) aliases.push([`python${numbered('python3')}Packages`, 'python3Packages']);
  return Object.fromEntries(aliases.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
