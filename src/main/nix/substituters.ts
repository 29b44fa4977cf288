import type { OpenSource } from './open-source.ts';

/** The URLs that Nix itself asks for a package source: each setting and option replaces or, as `extra-…`, adds to them. */
export function substitutersOf({
  run,
  installation,
}: Pick<OpenSource, 'run' | 'installation'>): readonly string[] {
  const urls = [...run.settings, ...(run.options ?? [])].reduce<readonly string[]>(
    (before, [name, value]) => {
      const said = value.split(/\s+/).filter((url) => url !== '');
      if (name === 'substituters') return said;
      return name === 'extra-substituters' ? before.concat(said) : before;
    },
    installation.substituters,
  );
  return [...new Set(urls)];
}
