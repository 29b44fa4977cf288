import { create } from 'zustand';
import type { ImageSummary } from '../../../shared/contract/registry.ts';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { useDocument } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { viewStorage } from '../../state/settings.ts';
import { registryOf, suggestedReference } from './reference-words.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What the screens that talk to registries share. Credentials live here only: in memory, until the window closes. */
export interface ShipState {
  /** As written for the document that is open; null while it is the suggestion. */
  readonly reference: { readonly draft: string; readonly text: string } | null;
  /** By registry. */
  readonly credentials: Readonly<Record<string, Credentials>>;
  readonly insecure: boolean;
  /** What an upload is forecast against. */
  readonly against: 'last' | 'reference';
  readonly there: RegistryImage | null;
}

/** What is at a reference, as far as it was asked. */
export interface RegistryImage {
  readonly reference: string;
  readonly state: 'asking' | 'known' | 'failed';
  /** null where nothing is there. */
  readonly image: ImageSummary | null;
  readonly failure: ShownFailure | null;
}

export const useShip = create<ShipState>(() => ({
  reference: null,
  credentials: {},
  insecure: false,
  against: 'last',
  there: null,
}));

const REGISTRY_KEY = 'push.registry';

/** Where the open document goes: as the user wrote it, else what is likely. */
export function useReference(): string {
  const open = useDocument((state) => state.open);
  const written = useShip((state) => state.reference);
  if (open === null) return '';
  if (written?.draft === open.draft) return written.text;
  const { name, tag } = open.history.present;
  return suggestedReference(viewStorage.getItem(REGISTRY_KEY), name, tag);
}

export function writeReference(text: string): void {
  const { open } = useDocument.getState();
  if (open !== null) useShip.setState({ reference: { draft: open.draft, text } });
}

export function rememberRegistry(reference: string): void {
  const registry = registryOf(reference);
  if (registry !== null) viewStorage.setItem(REGISTRY_KEY, registry);
}

export function signIn(reference: string, credentials: Credentials): void {
  const registry = registryOf(reference) ?? '';
  useShip.setState((state) => ({ credentials: { ...state.credentials, [registry]: credentials } }));
}

/** How a registry is to be reached, by what the user said about it. */
export function accessTo(reference: string) {
  const { credentials, insecure } = useShip.getState();
  return { insecure, caFile: null, credentials: credentials[registryOf(reference) ?? ''] ?? null };
}

let asking: AbortController | undefined;

/** Asks a registry what is at a reference. */
export async function askRegistry(reference: string): Promise<void> {
  asking?.abort();
  const end = new AbortController();
  asking = end;
  const show = (state: RegistryImage['state'], rest: Partial<RegistryImage> = {}) => {
    if (!end.signal.aborted) {
      useShip.setState({ there: { reference, state, image: null, failure: null, ...rest } });
    }
  };
  show('asking');
  try {
    const access = accessTo(reference);
    show('known', { image: await host().registry.summary({ reference, access }, { signal: end.signal }) });
  } catch (error) {
    show('failed', { failure: toFailure(error) });
  }
}
