import { randomUUID } from 'node:crypto';
import { platformOfSystem } from '../../engine/oci/platform.ts';
import type { DocumentRef } from '../../shared/contract/documents.ts';
import type { KnownEntry, KnownList } from '../../shared/contract/known.ts';
import { knownImagesOf, writeKnownMessage } from '../../shared/contract/known-message.ts';
import type { RegistryAccessInput } from '../../shared/contract/registry.ts';
import type { KnownImage } from '../../shared/known-images.ts';
import type { ImageLocation } from '../images/location.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { type KnownContext, readImageLayers, readKnownImages } from '../verbs/known-images.ts';
import { checkedAccess } from './access.ts';
import { type LocateServices, locateImage } from './locate.ts';
import { preferencesFromSettings } from './nix-preferences.ts';
import type { RecordStore } from './records/record-store.ts';
import { type ReportServices, reported } from './report-work.ts';
import type { SettingsStore } from './settings.ts';
import { allowDocument } from './source-code.ts';
import type { Trust } from './trust.ts';

export interface KnownListServices extends LocateServices, ReportServices {
  readonly env: NodeJS.ProcessEnv;
  readonly jobs: JobRegistry;
  readonly settings: SettingsStore;
  readonly trust: Trust;
  readonly records: RecordStore<KnownList>;
}

interface KnownRequest {
  readonly ref: DocumentRef;
  readonly location: string;
  readonly system?: string | undefined;
  readonly access: RegistryAccessInput;
}

/** The known images of documents: what was read of them is kept, so that every plan is the one that a window shows. */
export interface KnownLists {
  latest(ref: DocumentRef): Promise<KnownList | null>;
  /** The images of a list; none for null. @throws StrataError `not-found` */
  images(list: string | null): Promise<readonly KnownImage[]>;
  /** @throws StrataError `usage` for what is no location, `file-system` for a file out of bounds */
  add(request: KnownRequest): Promise<string>;
  remove(ref: DocumentRef, location: string): Promise<KnownList>;
}

export function createKnownLists(services: KnownListServices): KnownLists {
  const { jobs, records } = services;
  let lastChange: Promise<unknown> = Promise.resolve();

  /** Makes the next list of a document of its last one. One after the other: two jobs may end at the same time. */
  const change = (
    ref: DocumentRef,
    make: (entries: readonly KnownEntry[]) => KnownEntry[],
  ): Promise<KnownList> => {
    const changed = lastChange.then(async () => {
      const before = await records.latest(ref);
      const list = { list: randomUUID(), entries: make(before?.entries ?? []) };
      await records.put(list.list, ref, list);
      return list;
    });
    lastChange = changed.catch(() => undefined);
    return changed;
  };

  return {
    latest: async (ref) => (await records.latest(ref)) ?? null,
    images: async (list) => (list === null ? [] : knownImagesOf(await records.get(list))),
    async add({ ref, location: text, system, access: input }) {
      const found = await locateImage(asPath(text.trim()), services);
      const location = locationText(found, text);
      const access = await checkedAccess(input, services);
      return jobs.start({
        kind: 'known',
        title: `Read ${location}`,
        document: ref,
        run: (report, signal) =>
          reported(report, services, signal, {}, async (work) => {
            report.tell({ location });
            report.progress({ phase: 'Opening', done: 0, total: null, unit: 'bytes' });
            const context: KnownContext = {
              ...work,
              nix: preferencesFromSettings(await services.settings.get()),
              env: services.env,
              access,
              platform: system === undefined ? undefined : platformOfSystem(system),
              allowFile: (path) => services.files.check(path),
              allowDocument: (document, name) => allowDocument(document, name, services),
            };
            const isNamed = found.type === 'registry' || location !== found.path;
            const images = isNamed
              ? [await readImageLayers(location, found, context)]
              : await readKnownImages([location], context);
            const entry = { location, images: images.map(writeKnownMessage) };
            report.tell({ result: await change(ref, (entries) => withEntry(entries, entry)) });
          }),
      });
    },
    remove: (ref, location) =>
      change(ref, (entries) => entries.filter((entry) => entry.location !== location)),
  };
}

/** In the place of the entry that was read from there before, else at the end. */
function withEntry(entries: readonly KnownEntry[], entry: KnownEntry): KnownEntry[] {
  const place = entries.findIndex(({ location }) => location === entry.location);
  return place < 0 ? [...entries, entry] : entries.with(place, entry);
}

/** Graphs, plans and documents are files, also those that are not there: no reference ends so. */
function asPath(text: string): string {
  return text.endsWith('.json') && !/^[~/]/.test(text) ? `./${text}` : text;
}

/** The location with nothing relative in it, in the words of the command line. */
function locationText(location: ImageLocation, text: string): string {
  if (location.type === 'registry') return text.trim();
  const isNamed = location.type === 'file' && location.name !== undefined;
  return isNamed ? `oci:${location.path}:${location.name}` : location.path;
}
