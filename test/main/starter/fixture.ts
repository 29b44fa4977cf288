import { createHash } from 'node:crypto';
import { type Archive, type IndexText, readArchive } from '../../../src/main/starter/apt/archive.ts';
import type { Machine } from '../../../src/main/starter/apt/lists.ts';

export type PackageFields = Readonly<Record<string, string>> & { readonly Package: string };

export const MACHINE: Machine = {
  architecture: 'amd64',
  system: 'x86_64-linux',
  multiarch: 'x86_64-linux-gnu',
};

/** A Packages index as apt has it by default. */
export function listOf(packages: readonly PackageFields[], priority = 500): IndexText {
  return { text: index(packages), priority };
}

/** A Packages index; what a stanza does not say is made up from its name. */
function index(packages: readonly PackageFields[]): string {
  return packages
    .map((fields) => {
      const { Package } = fields;
      const all: Record<string, string> = {
        Version: '1.0-1',
        Architecture: 'amd64',
        Description: `about ${Package}`,
        Section: 'misc',
        Filename: `pool/main/${Package}_1.0-1_amd64.deb`,
        SHA256: createHash('sha256').update(Package).digest('hex'),
        Size: '1000',
        ...fields,
      };
      return Object.entries(all)
        .map(([name, value]) => `${name}: ${value}\n`)
        .join('');
    })
    .join('\n');
}

/** An archive of packages with their dependencies, such as `{ bash: 'libc6, libtinfo6' }`. */
export function archiveOf(dependencies: Readonly<Record<string, string>>): Archive {
  const stanzas = Object.entries(dependencies).map(([Package, Depends]) => ({ Package, Depends }));
  return readArchive([listOf(stanzas)], 'amd64');
}
