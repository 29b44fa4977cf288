import type { ImageSummary } from '../../engine/compare/image-summary.ts';
import { type Compared, type Comparison, comparisonSchema } from '../../shared/contract/compare.ts';
import { remoteImageSchema } from '../../shared/contract/registry.ts';
import { readDocumentFile } from '../documents/document-file.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { type Comparand, compareImages, type ImageComparison } from '../verbs/compare.ts';
import {
  type AllowDocument,
  summarizeClosure,
  summarizeDocument,
  summarizeLocation,
} from '../verbs/summarize.ts';
import { checkedAccess } from './access.ts';
import { type LocateServices, locateImage } from './locate.ts';
import { preferencesFromSettings } from './nix-preferences.ts';
import { type PlanningServices, planningInput } from './planning-input.ts';
import { type BuildRecord, closureOf } from './records/build-record.ts';
import type { ImageRecord } from './records/image-record.ts';
import type { RecordStore } from './records/record-store.ts';
import { type ReportedWork, type ReportServices, reported } from './report-work.ts';
import type { SettingsStore } from './settings.ts';
import { allowDocument, documentPlace } from './source-code.ts';
import type { Trust } from './trust.ts';

export interface ComparisonServices extends LocateServices, ReportServices, PlanningServices {
  readonly env: NodeJS.ProcessEnv;
  readonly jobs: JobRegistry;
  readonly settings: SettingsStore;
  readonly trust: Trust;
  readonly builds: RecordStore<BuildRecord>;
  readonly images: RecordStore<ImageRecord>;
}

export interface Comparisons {
  /** @throws StrataError `usage`, `file-system` or `untrusted-source`, before anything is read */
  start(before: Compared, after: Compared): Promise<string>;
}

export function createComparisons(services: ComparisonServices): Comparisons {
  const { jobs } = services;
  return {
    async start(before, after) {
      const sides = [await comparand(before, services), await comparand(after, services)] as const;
      return jobs.start({
        kind: 'compare',
        title: 'Compare two images',
        document: null,
        run: (report, signal) =>
          reported(report, services, signal, {}, async (work) => {
            const [old, now] = sides.map((side) => side(work)) as [Comparand, Comparand];
            report.tell({ result: forReading(await compareImages(old, now, work)) });
          }),
      });
    },
  };
}

/** Checks at once what can be checked at once; the rest is for the job. */
async function comparand(
  compared: Compared,
  services: ComparisonServices,
): Promise<(work: ReportedWork) => Comparand> {
  switch (compared.type) {
    case 'image': {
      const summary = summarizeRecord(await services.images.get(compared.image));
      return () => ({ name: summary.name, summarize: async () => summary });
    }
    case 'plan': {
      const { document, documentPath } = compared;
      const { name } = document;
      const closure = closureOf(await services.builds.get(compared.build));
      const input = await planningInput(compared, services);
      const place = await documentPlace(documentPath, services);
      return (work) => ({
        name,
        summarize: () => summarizeClosure(document, closure, input, { ...work, ...place }),
      });
    }
    case 'location': {
      const { location: name } = compared;
      const location = await locateImage(name, services);
      const access = await checkedAccess(compared.access, services);
      if (location.type !== 'document') {
        return (work) => ({ name, summarize: () => summarizeLocation(location, name, { ...work, access }) });
      }
      const { settings, env } = services;
      const allow: AllowDocument = (document, file) => allowDocument(document, file, services);
      const { path } = location;
      await allow((await readDocumentFile(path)).document, path);
      return (work) => ({
        name,
        async summarize() {
          const nix = preferencesFromSettings(await settings.get());
          return summarizeDocument(path, { ...work, nix, env }, allow);
        },
      });
    }
  }
}

function summarizeRecord({ result, config }: ImageRecord): ImageSummary {
  const {
    architecture = '',
    os = '',
    config: runtime = {},
  } = config as {
    architecture?: string;
    os?: string;
    config?: ImageSummary['config'];
  };
  return {
    name: 'the last image',
    platform: { architecture, os },
    config: runtime,
    layers: result.layers,
  };
}

/** The values of settings travel as JSON text: they are for reading. */
function forReading({ before, after, diff }: ImageComparison): Comparison {
  const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  return comparisonSchema.parse({
    before: remoteImageSchema.parse(before),
    after: remoteImageSchema.parse(after),
    diff: {
      ...diff,
      config: diff.config.map(({ member, before: old, after: now }) => ({
        member,
        before: text(old),
        after: text(now),
      })),
    },
  });
}
