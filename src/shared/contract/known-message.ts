import type { KnownImage } from '../known-images.ts';
import { readClosureMessage, writeClosureMessage } from './graph-message.ts';
import type { KnownImageMessage, KnownList } from './known.ts';

/** A known image as plain arrays, to be kept and to travel to a window. */
export function writeKnownMessage(image: KnownImage): KnownImageMessage {
  if (image.type === 'existing') {
    return {
      ...image,
      layers: image.layers.map((layer) => ({ ...layer, paths: [...layer.paths] })),
    };
  }
  const { type, name, graph, budget, hints: { pins, keepTogether, volatile } = {} } = image;
  return {
    type,
    name,
    closure: writeClosureMessage(graph),
    budget,
    hints: {
      ...(pins && { pins: [...pins] }),
      ...(keepTogether && { keepTogether: keepTogether.map((names) => [...names]) }),
      ...(volatile && { volatile: [...volatile] }),
    },
  };
}

/** The image of a message, for the planning engine. */
export function readKnownMessage(message: KnownImageMessage): KnownImage {
  if (message.type === 'existing') return message;
  const { type, name, closure, budget, hints } = message;
  return { type, name, graph: readClosureMessage(closure), budget, hints };
}

/** All images of a list, in the order in which they were added; none where there is no list. */
export function knownImagesOf(list: KnownList | null): readonly KnownImage[] {
  return (list?.entries ?? []).flatMap(({ images }) => images.map(readKnownMessage));
}
