import { useQuery } from '@tanstack/react-query';
import { create } from 'zustand';
import type { RegistryAccessInput, RemoteImage } from '../../shared/contract/registry.ts';
import { imageNameOf } from '../../shared/document/image-name-of.ts';
import { type ShownFailure, toFailure } from '../client/failure.ts';
import { useDocument } from '../state/document/store.ts';
import { host } from '../state/host.ts';
import { usePushedTo } from '../state/pushed.ts';
import { questions } from '../state/questions.ts';
import { viewStorage } from '../state/settings.ts';
import { registryOf, suggestedReference } from './reference-words.ts';

/** What the user said about how one registry is to be reached. */
export interface KnownAccess {
  /** Only here: in memory, until the window closes. */
  readonly credentials: { readonly username: string; readonly password: string } | null;
  readonly insecure: boolean;
  /** A PEM file of authorities to trust; empty for none. It is no secret, so it is remembered. */
  readonly caFile: string;
}

/** What the screens that talk to registries share. */
interface RegistryState {
  /** As written for the document that is open; null while it is the suggestion. */
  readonly reference: { readonly draft: string; readonly text: string } | null;
  /** By registry, so that what one may do is never done with another; the empty string is the default registry. */
  readonly access: Readonly<Record<string, KnownAccess>>;
  /** As chosen for the document that is open; null while it is what is likely. */
  readonly against: { readonly draft: string; readonly kind: Against } | null;
}

/** What a push is compared with. */
export type Against = 'last' | 'reference';

const useRegistry = create<RegistryState>(() => ({
  reference: null,
  access: {},
  against: null,
}));

const REGISTRY_KEY = 'push.registry';
const caFileKey = (registry: string) => `registry.ca.${registry}`;

/** Where the open document goes: as the user wrote it, else where it was pushed last, else what is likely. */
export function useReference(): string {
  const open = useDocument((state) => state.open);
  const written = useRegistry((state) => state.reference);
  const pushed = usePushedTo(open);
  if (open === null) return '';
  if (written?.draft === open.draft) return written.text;
  if (pushed !== null) return pushed;
  const document = open.history.present;
  const name = imageNameOf(document, open.path);
  return suggestedReference(viewStorage.getItem(REGISTRY_KEY), name, document.tag);
}

export function writeReference(text: string): void {
  const { open } = useDocument.getState();
  if (open !== null) useRegistry.setState({ reference: { draft: open.draft, text } });
}

/** What a push of the open document is compared with: as chosen, else where it was pushed last, else the last image. */
export function useAgainst(): Against {
  const open = useDocument((state) => state.open);
  const chosen = useRegistry((state) => state.against);
  const pushed = usePushedTo(open);
  if (open !== null && chosen?.draft === open.draft) return chosen.kind;
  return pushed === null ? 'last' : 'reference';
}

export function chooseAgainst(kind: Against): void {
  const { open } = useDocument.getState();
  if (open !== null) useRegistry.setState({ against: { draft: open.draft, kind } });
}

export function rememberRegistry(reference: string): void {
  const registry = registryOf(reference);
  if (registry !== null) viewStorage.setItem(REGISTRY_KEY, registry);
}

function knownAccess({ access }: Pick<RegistryState, 'access'>, registry: string): KnownAccess {
  const remembered = () => viewStorage.getItem(caFileKey(registry)) ?? '';
  return access[registry] ?? { credentials: null, insecure: false, caFile: remembered() };
}

/** How the registry of a reference is reached. */
export function useAccess(reference: string): KnownAccess {
  const access = useRegistry((state) => state.access);
  return knownAccess({ access }, registryOf(reference) ?? '');
}

export function changeAccess(reference: string, change: Partial<KnownAccess>): void {
  const registry = registryOf(reference) ?? '';
  useRegistry.setState((state) => ({
    access: { ...state.access, [registry]: { ...knownAccess(state, registry), ...change } },
  }));
  if (change.caFile !== undefined) viewStorage.setItem(caFileKey(registry), change.caFile);
}

/** How the registry of a reference is to be reached, for one request. */
export function accessTo(reference: string): RegistryAccessInput {
  const { caFile, ...access } = knownAccess(useRegistry.getState(), registryOf(reference) ?? '');
  return { ...access, caFile: caFile === '' ? null : caFile };
}

/** What is at a reference, as far as it was asked. */
export interface RegistryAnswer {
  /** null where nothing is there; undefined where that is not known. */
  readonly image: RemoteImage | null | undefined;
  readonly failure: ShownFailure | null;
  readonly asking: boolean;
  readonly ask: () => void;
}

/**
 * What a registry has at a reference; not asked unless `ask` is called, but for where the document was pushed before.
 *
 * @param wanted whether the answer is shown
 */
export function useRegistryImage(reference: string, wanted: boolean): RegistryAnswer {
  const pushed = usePushedTo(useDocument((state) => state.open));
  const { data, error, isFetching, refetch } = useQuery({
    // Without the access: nothing that is kept holds a password.
    queryKey: questions().registry.summary.key({ input: { reference } }),
    queryFn: ({ signal }) => host().registry.summary({ reference, access: accessTo(reference) }, { signal }),
    enabled: wanted && reference !== '' && reference === pushed,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    gcTime: Number.POSITIVE_INFINITY,
  });
  // What was there is out of date while it is asked again, and where that failed.
  return {
    image: isFetching || error !== null ? undefined : data,
    failure: isFetching || error === null ? null : toFailure(error),
    asking: isFetching,
    ask: () => void refetch(),
  };
}
