import { layerCountNotices } from '../../shared/layer-count.ts';
import type { Image } from './image.ts';

/** What a user should know of an image that was made, besides conflicts, as whole sentences. */
export function imageNotices({ layers, omissions }: Pick<Image, 'layers' | 'omissions'>): string[] {
  return [
    ...layerCountNotices(layers.length),
    ...omissions.map(
      ({ path, package: owner, reason }) => `${path} of ${owner} is not in the image's root: ${reason}.`,
    ),
  ];
}
