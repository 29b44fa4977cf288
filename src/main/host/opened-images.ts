import { randomUUID } from 'node:crypto';
import { whiteoutOf } from '../../engine/contents/layer-entry.ts';
import { singleLayer } from '../../engine/contents/stack-layers.ts';
import { type OpenedImage, openedImageSchema } from '../../shared/contract/opened.ts';
import type { RegistryAccessInput } from '../../shared/contract/registry.ts';
import type { ImageDescription } from '../images/describe-image.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import { openAt, readableLocation } from '../verbs/open.ts';
import { checkedAccess } from './access.ts';
import { fileTree, type LayerTree } from './image-files/file-tree.ts';
import { type LocateServices, locateImage } from './locate.ts';
import { type ReportServices, reported } from './report-work.ts';
import type { SettingsStore } from './settings.ts';

/** Images of any builder that windows look into. The last few are kept in memory, with their files. */
export interface OpenedImages {
  /** @throws StrataError `usage` for a document or what is no location */
  start(location: string, access: RegistryAccessInput): Promise<string>;
  /** The files of an image or of one of its layers; undefined where it is not kept. */
  tree(image: string, layer: number | null): LayerTree | undefined;
}

export interface OpenedImageServices extends LocateServices, ReportServices {
  readonly settings: SettingsStore;
  readonly jobs: JobRegistry;
}

const KEPT_IMAGES = 4;
/** How much of each list travels: the largest come first. */
const MOST_LISTED = 300;

export function createOpenedImages(services: OpenedImageServices): OpenedImages {
  const kept = new Map<string, ImageDescription>();
  const trees = new Map<string, LayerTree>();

  const keep = (image: string, description: ImageDescription): void => {
    kept.set(image, description);
    const [oldest] = kept.keys();
    if (kept.size <= KEPT_IMAGES || oldest === undefined) return;
    kept.delete(oldest);
    for (const key of trees.keys()) if (key.startsWith(`${oldest} `)) trees.delete(key);
  };

  return {
    async start(text, input) {
      const location = readableLocation(await locateImage(text, services), text);
      const access = await checkedAccess(input, services);
      return services.jobs.start({
        kind: 'open',
        title: `Open ${text}`,
        document: null,
        run: (report, signal) =>
          reported(report, services, signal, {}, async (work) => {
            report.progress({ phase: 'Opening', done: 0, total: null, unit: 'bytes' });
            const description = await openAt(location, { ...work, access });
            const image = randomUUID();
            keep(image, description);
            report.tell({ result: openedImage(image, text, description) });
          }),
      });
    },
    tree(image, layer) {
      const description = kept.get(image);
      if (description === undefined) return undefined;
      const key = `${image} ${layer}`;
      const tree = trees.get(key) ?? treeOf(description, layer);
      trees.set(key, tree);
      return tree;
    },
  };
}

/** The whole image as a container sees it, or one layer as it is, whiteouts included. */
function treeOf({ layers, stack }: ImageDescription, layer: number | null): LayerTree {
  return fileTree(layer === null ? stack : singleLayer(layers[layer]?.entries ?? [], layer));
}

function openedImage(image: string, name: string, description: ImageDescription): OpenedImage {
  const { descriptor, platform, config, layers, waste, dive, notices } = description;
  return openedImageSchema.parse({
    image,
    name,
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    platform,
    config: JSON.parse(JSON.stringify(config)),
    layers: layers.map((layer, index) => ({
      index,
      digest: layer.descriptor.digest,
      diffId: layer.diffId,
      mediaType: layer.descriptor.mediaType,
      compressedBytes: layer.descriptor.size,
      sizeBytes: layer.uncompressedBytes,
      entries: layer.entries.length,
      history: layer.history || null,
      storePaths: layer.storePaths,
      whiteouts: layer.whiteouts.slice(0, MOST_LISTED).map(({ path }) => whiteoutOf(path)?.path ?? path),
      whiteoutCount: layer.whiteouts.length,
    })),
    waste: {
      ...waste,
      superseded: waste.superseded.slice(0, MOST_LISTED),
      supersededCount: waste.superseded.length,
      duplicates: waste.duplicates.slice(0, MOST_LISTED),
      duplicateCount: waste.duplicates.length,
    },
    diveEfficiency: dive.score,
    notices: notices.slice(0, MOST_LISTED),
  });
}
