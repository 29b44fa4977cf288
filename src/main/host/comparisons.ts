import { diffImages } from '../../engine/compare/diff-images.ts';
import { type ImageSummary, summarizePlan } from '../../engine/compare/image-summary.ts';
import { buildImageConfig } from '../../engine/oci/build-config.ts';
import { platformOf } from '../../engine/oci/platform.ts';
import { type Compared, type Comparison, comparisonSchema } from '../../shared/contract/compare.ts';
import { remoteImageSchema } from '../../shared/contract/registry.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { summarizeImage } from '../compare/summarize-image.ts';
import { readDocumentFile } from '../documents/document-file.ts';
import type { ImageLocation } from '../images/location.ts';
import { openImage } from '../images/open-image.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { hostPlatform } from '../oci/platform.ts';
import { openMemoryIn, type RegistryAccess, transportOptions } from '../registry/access.ts';
import { summarizeDocument } from '../work/summarize-document.ts';
import { checkedAccess } from './access.ts';
import type { KnownLists } from './known-lists.ts';
import { type LocateServices, locateImage } from './locate.ts';
import { preferencesFromSettings } from './nix-preferences.ts';
import { planBuild } from './plan-build.ts';
import type { BuildRecord } from './records/build-record.ts';
import type { ImageRecord } from './records/image-record.ts';
import type { RecordStore } from './records/record-store.ts';
import type { SettingsStore } from './settings.ts';
import { absoluteCode } from './source-identity.ts';
import type { Trust } from './trust.ts';

export interface ComparisonServices extends LocateServices {
  readonly cacheDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly jobs: JobRegistry;
  readonly settings: SettingsStore;
  readonly trust: Trust;
  readonly builds: RecordStore<BuildRecord>;
  readonly images: RecordStore<ImageRecord>;
  readonly known: KnownLists;
}

export interface Comparisons {
  /** @throws StrataError `usage`, `file-system` or `untrusted-source`, before anything is read */
  start(before: Compared, after: Compared): Promise<string>;
}

type Summarize = (signal: AbortSignal) => Promise<ImageSummary>;

export function createComparisons(services: ComparisonServices): Comparisons {
  const { jobs } = services;
  return {
    async start(before, after) {
      const summarizeBefore = await summarizer(before, services);
      const summarizeAfter = await summarizer(after, services);
      return jobs.start({
        kind: 'compare',
        title: 'Compare two images',
        document: null,
        async run(report, signal) {
          const step = (phase: string, done: number) =>
            report.progress({ phase, done, total: 2, unit: 'items' });
          step('Reading the first image', 0);
          const old = await summarizeBefore(signal);
          step('Reading the second image', 1);
          const now = await summarizeAfter(signal);
          report.tell({ result: comparison(old, now) });
        },
      });
    },
  };
}

/** Checks at once what can be checked at once; the rest is for the job. */
async function summarizer(compared: Compared, services: ComparisonServices): Promise<Summarize> {
  switch (compared.type) {
    case 'image': {
      const record = await services.images.get(compared.image);
      return async () => summarizeRecord(record);
    }
    case 'plan': {
      const record = await services.builds.get(compared.build);
      const { document } = compared;
      const known = await services.known.images(compared.known);
      return async () => {
        const { graph, plan } = planBuild(record, document.layering, known);
        const layers = plan.layers(document.layering.budget);
        return summarizePlan(
          document.name,
          platformOf(record.platform),
          plannedConfig(document, record),
          graph,
          layers,
        );
      };
    }
    case 'location': {
      const location = await locateImage(compared.location, services);
      const access = await checkedAccess(compared.access, services.files);
      if (location.type === 'document') return documentSummarizer(location.path, services);
      return (signal) => summarizeAt(location, compared.location, access, services.cacheDirectory, signal);
    }
  }
}

async function documentSummarizer(path: string, services: ComparisonServices): Promise<Summarize> {
  const { cacheDirectory, workingDirectory, settings, trust, env } = services;
  const { document } = await readDocumentFile(path);
  await trust.require(absoluteCode(document, path, workingDirectory));
  return async (signal) => {
    const nix = preferencesFromSettings(await settings.get());
    return summarizeDocument(path, { cacheDirectory, nix, env, signal });
  };
}

async function summarizeAt(
  location: Exclude<ImageLocation, { readonly type: 'document' }>,
  name: string,
  access: RegistryAccess,
  cacheDirectory: string,
  signal: AbortSignal,
): Promise<ImageSummary> {
  const memory = openMemoryIn(cacheDirectory);
  try {
    const source = await openImage(location, transportOptions(access), signal);
    try {
      return { ...(await summarizeImage(source, { platform: hostPlatform(), memory, signal })), name };
    } finally {
      await source.close();
    }
  } finally {
    memory.close();
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

const CERTIFICATES = '/etc/ssl/certs/ca-bundle.crt';

/** The configuration that the image would have. */
function plannedConfig({ config }: StrataDocument, record: BuildRecord): ImageSummary['config'] {
  const hasCertificates = record.outputs.some(({ attribute }) => attribute === 'cacert');
  const image = buildImageConfig({
    platform: platformOf(record.platform),
    created: '',
    config,
    layers: [],
    ...(hasCertificates ? { certificateFile: CERTIFICATES } : {}),
  });
  return image.config ?? {};
}

/** The values of settings travel as JSON text: they are for reading. */
function comparison(before: ImageSummary, after: ImageSummary): Comparison {
  const diff = diffImages(before, after);
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
