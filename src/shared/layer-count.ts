/** What docker takes with its overlay2 store, the lowest limit of all clients: more end in `max depth exceeded`. */
export const MOST_IMAGE_LAYERS = 125;

/**
 * Most layers of store paths that an image can have: the root layer comes on top, and one that is built on it later.
 *
 * @param otherLayers of the base, and of files.
 */
export function mostStoreLayers(otherLayers: number): number {
  return Math.max(1, MOST_IMAGE_LAYERS - 2 - otherLayers);
}

/** What to tell of an image's number of layers, the root layer among them: nothing where any client takes it. */
export function layerCountNotices(layers: number): string[] {
  if (layers < MOST_IMAGE_LAYERS) return [];
  const what = `The image has ${layers} layers, and docker's overlay2 store takes at most ${MOST_IMAGE_LAYERS}`;
  return layers === MOST_IMAGE_LAYERS
    ? [`${what}: nothing can be built on top of it there. A budget of 123 leaves room.`]
    : [`${what}: docker cannot load it. Set the budget to 123 or less.`];
}
