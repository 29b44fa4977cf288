import { keepPreviousData, skipToken } from '@tanstack/react-query';
import type { z } from 'zod';
import type { lookupSchema } from '../../../shared/contract/catalog.ts';
import { joinPackageName, splitPackageName } from '../../../shared/package-sources.ts';
import { questions, useAnswer } from '../../state/questions.ts';
import { useIsListed, useSelection } from './catalog-state.ts';

export type NameLookup = z.infer<typeof lookupSchema>;

const NONE: ReadonlyMap<string, NameLookup> = new Map();

/** What the catalog knows of the names in the document, by name; a name is missing until it was looked up. */
export function useLookups(names: readonly string[]): ReadonlyMap<string, NameLookup> {
  const { selection, named } = useSelection();
  // What is of another source is not in this list.
  const own = names.filter((name) => splitPackageName(name).source === named);
  const isAsked = useIsListed() && own.length > 0;
  const { value } = useAnswer(
    questions().catalog.lookup.queryOptions({
      input: isAsked
        ? { ...selection, names: own.map((name) => splitPackageName(name).attribute) }
        : skipToken,
      select: (lookups) => byName(lookups, named),
      placeholderData: keepPreviousData,
      meta: { failedTitle: 'The packages could not be looked up' },
    }),
  );
  return value ?? NONE;
}

function byName(lookups: readonly NameLookup[], named: string | null): ReadonlyMap<string, NameLookup> {
  return new Map(lookups.map((lookup) => [joinPackageName(named, lookup.name), lookup]));
}
