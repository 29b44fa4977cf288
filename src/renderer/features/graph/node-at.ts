import type Sigma from 'sigma';

/**
 * Lets sigma find the node under the pointer by the nodes' places instead of by reading a pixel back from the graphics
 * processor. Reading back waits for everything that is being drawn: half a second a movement where WebGL is drawn in
 * software (docs/decisions/0090). sigma asks its own method `getNodeAtPosition`, which has no setting, so it is
 * replaced on the instance.
 */
export function pickByPlace(sigma: Sigma, isShown: (node: number) => boolean): void {
  Object.defineProperty(sigma, 'getNodeAtPosition', {
    value: (position: { readonly x: number; readonly y: number }) => nodeAt(sigma, position, isShown),
  });
}

/** Pixels around a node that belong to it, so that small ones can be hit. */
const SLACK = 2;

/** The node at a point of the picture, the nearest where several are; null where there is none. */
function nodeAt(
  sigma: Sigma,
  { x, y }: { readonly x: number; readonly y: number },
  isShown: (node: number) => boolean,
): string | null {
  const point = sigma.viewportToFramedGraph({ x, y });
  const aside = sigma.viewportToFramedGraph({ x: x + 100, y });
  const pixelsPerUnit = 100 / Math.hypot(aside.x - point.x, aside.y - point.y);
  const count = sigma.getGraph().order;
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (let node = 0; node < count; node++) {
    const place = sigma.getNodeDisplayData(String(node));
    if (place === undefined || !isShown(node)) continue;
    const distance = Math.hypot(place.x - point.x, place.y - point.y) * pixelsPerUnit;
    if (distance > sigma.scaleSize(place.size) + SLACK || distance >= least) continue;
    least = distance;
    best = String(node);
  }
  return best;
}
