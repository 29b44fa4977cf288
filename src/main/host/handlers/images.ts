import { StrataError } from '../../../shared/errors.ts';
import type { Images } from '../images.ts';
import { procedures } from '../procedures.ts';

export function imageHandlers(images: Images) {
  const os = procedures.images;
  return {
    start: os.start.handler(async ({ input }) => ({ jobId: await images.start(input) })),
    latest: os.latest.handler(({ input }) => images.latest(input)),
    get: os.get.handler(async ({ input }) => (await images.get(input.image)).result),
    knownLayers: os.knownLayers.handler(({ input }) =>
      images.knownLayers(input.build, input.layering, input.compression),
    ),
    raw: os.raw.handler(async ({ input }) => {
      const { manifest, config } = await images.get(input.image);
      return { manifest, config };
    }),
    files: os.files.handler(async ({ input }) => {
      const tree = await images.tree(input.image, input.layer);
      const page = tree.list(input.directory, input.offset, input.limit);
      if (page !== null) return page;
      throw new StrataError('not-found', `There is no directory ${input.directory} in this image.`);
    }),
    searchFiles: os.searchFiles.handler(async ({ input }) => {
      const tree = await images.tree(input.image, input.layer);
      return tree.search(input.query, input.offset, input.limit);
    }),
  };
}
