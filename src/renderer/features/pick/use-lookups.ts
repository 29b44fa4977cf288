import { useEffect, useState } from 'react';
import type { z } from 'zod';
import type { lookupSchema } from '../../../shared/contract/catalog.ts';
import { host } from '../../state/host.ts';
import { reportFailure } from '../../state/notices.ts';
import { useCatalog, useSelection } from './catalog-state.ts';

type Lookup = z.infer<typeof lookupSchema>;

/** What the catalog knows of the names in the document, by name; a name is missing until it was looked up. */
export function useLookups(names: readonly string[]): ReadonlyMap<string, Lookup> {
  const { key, selection } = useSelection();
  const ready = useCatalog((state) => state.status?.state === 'ready');
  const [lookups, setLookups] = useState<ReadonlyMap<string, Lookup>>(new Map());
  const namesKey = names.join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys say everything about names and selection
  useEffect(() => {
    if (!ready || names.length === 0) return;
    const end = new AbortController();
    host()
      .catalog.lookup({ ...selection, names: [...names] }, { signal: end.signal })
      .then((found) => setLookups(new Map(found.map((lookup) => [lookup.name, lookup]))))
      .catch(
        (error: unknown) => end.signal.aborted || reportFailure('The packages could not be looked up', error),
      );
    return () => end.abort();
  }, [namesKey, key, ready]);
  return lookups;
}
