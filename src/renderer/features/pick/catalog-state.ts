import { create } from 'zustand';
import type { CatalogStatus } from '../../../shared/contract/catalog.ts';
import { type NamedSources, splitPackageName } from '../../../shared/package-sources.ts';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { useOpen } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { answers, questions } from '../../state/questions.ts';
import { sourceSelection } from '../../state/sources.ts';
import { useStream } from '../../state/use-stream.ts';

/** The catalog of the document's source, and what is looked at in it. */
export interface CatalogState {
  readonly status: CatalogStatus | null;
  readonly failure: ShownFailure | null;
  readonly query: string;
  /** The nested set that is open; '' is the top. */
  readonly set: string;
  /** Name in the document's notation, with its source, of the package whose details are shown. */
  readonly shown: string | null;
  /** Package under the pointer, named likewise. */
  readonly pointed: string | null;
  /** Whose catalog it is. */
  readonly source: string | null;
  /** The name of the source that is looked into; null is the one without a name. */
  readonly named: string | null;
}

export const useCatalog = create<CatalogState>(() => ({
  status: null,
  failure: null,
  query: '',
  set: '',
  shown: null,
  pointed: null,
  source: null,
  named: null,
}));

/** What begins the keys of all answers about what packages bring along. */
export const CLOSURES: readonly string[] = ['closures'];

/** The selection of the source without a name. */
function useUnnamed() {
  const open = useOpen();
  const { sources: _, ...selection } = sourceSelection(open.history.present, open.path);
  return selection;
}

/** The selection for catalog calls: of the source that is looked into, and its name. */
export function useSelection() {
  const open = useOpen();
  const unnamed = useUnnamed();
  const { sources = {} } = open.history.present;
  const wanted = useCatalog((state) => state.named);
  // It may have been taken out of the document meanwhile.
  const named = wanted !== null && Object.hasOwn(sources, wanted) ? wanted : null;
  const selection = named === null ? unnamed : selectionOfNamed(unnamed, sources[named]);
  return { selection, named, trusted: open.source.trusted };
}

function selectionOfNamed(
  selection: ReturnType<typeof useUnnamed>,
  { importArguments = {}, ...source }: NamedSources[string] = { type: 'auto' },
) {
  return { ...selection, source, importArguments };
}

/** The selection that a package of the document is asked of, and its name in that; not known where no source is called so. */
export function useSourceOf() {
  const selection = useUnnamed();
  const { sources = {} } = useOpen().history.present;
  return (name: string) => {
    const { source: named, attribute } = splitPackageName(name);
    const entry = named !== null && Object.hasOwn(sources, named) ? sources[named] : undefined;
    if (entry === undefined) return { selection, attribute: name, isKnown: named === null };
    return { selection: selectionOfNamed(selection, entry), attribute, isKnown: true };
  };
}

/** Whether the catalog is there to be asked. */
export function useIsListed(): boolean {
  return useCatalog(({ status }) => status?.state === 'ready');
}

/** Follows the catalog of the source, brought up to date. */
export function useCatalogStatus(): void {
  const { selection, trusted } = useSelection();
  const source = JSON.stringify(selection);
  useStream(trusted ? source : null, {
    open: (signal) => {
      if (useCatalog.getState().source !== source) {
        useCatalog.setState({ status: null, source, query: '', set: '', shown: null, pointed: null });
      }
      // Also where there is one already: a source that somebody works on may have changed since it was listed.
      prepareCatalog(selection, false);
      return host().catalog.watch(selection, { signal });
    },
    onEvent: takeStatus,
    onFailure: showFailure,
  });
}

function takeStatus(status: CatalogStatus): void {
  const { status: before } = useCatalog.getState();
  useCatalog.setState({ status });
  const isSame = before?.state === 'ready' && status.state === 'ready' && before.revision === status.revision;
  // What the catalog said before it was listed anew is asked again.
  if (isSame) return;
  void answers.invalidateQueries({ queryKey: questions().catalog.key() });
  void answers.invalidateQueries({ queryKey: CLOSURES });
}

export function prepareCatalog(
  selection: ReturnType<typeof useSelection>['selection'],
  rebuild: boolean,
): void {
  useCatalog.setState({ failure: null });
  host()
    .catalog.prepare({ ...selection, rebuild })
    .catch(showFailure);
}

function showFailure(error: unknown): void {
  useCatalog.setState({ failure: toFailure(error) });
}
