import { StrataError } from '../../../shared/errors.ts';
import type { LayerTree } from '../image-files/file-tree.ts';
import type { Images } from '../images.ts';
import type { OpenedImages } from '../opened-images.ts';
import { procedures } from '../procedures.ts';

export function imageHandlers(images: Images, opened: OpenedImages) {
  const os = procedures.images;
  /** Of an image that was opened, else of one that was packed here. */
  const treeOf = async (image: string, layer: number | null): Promise<LayerTree> =>
    opened.tree(image, layer) ?? images.tree(image, layer);
  return {
    start: os.start.handler(async ({ input }) => ({ jobId: await images.start(input) })),
    engines: os.engines.handler(() => images.engines()),
    latest: os.latest.handler(({ input }) => images.latest(input)),
    get: os.get.handler(async ({ input }) => (await images.get(input.image)).result),
    cachedLayers: os.cachedLayers.handler(({ input }) => images.cachedLayers(input)),
    raw: os.raw.handler(async ({ input }) => {
      const { manifest, config } = await images.get(input.image);
      return { manifest, config };
    }),
    files: os.files.handler(async ({ input }) => {
      const tree = await treeOf(input.image, input.layer);
      const page = tree.list(input.directory, input.offset, input.limit);
      if (page !== null) return page;
      throw new StrataError('not-found', `There is no directory ${input.directory} in this image.`);
    }),
    waste: os.waste.handler(({ input }) => images.waste(input.image)),
    searchFiles: os.searchFiles.handler(async ({ input }) => {
      const tree = await treeOf(input.image, input.layer);
      return tree.search(input.query, input.offset, input.limit);
    }),
  };
}
