import type Sigma from 'sigma';

/** Brings nodes into sight, all at once and no closer than they need. */
export function showNodes(sigma: Sigma, nodes: Iterable<number>, atOnce: boolean): void {
  const places = [...nodes].flatMap((node) => sigma.getNodeDisplayData(String(node)) ?? []);
  if (places.length === 0) return;
  const [left, right] = extent(places.map(({ x }) => x));
  const [low, high] = extent(places.map(({ y }) => y));
  const target = {
    x: (left + right) / 2,
    y: (low + high) / 2,
    ratio: Math.min(1.2, Math.max(CLOSEST, right - left, high - low) * ROOM),
  };
  if (atOnce) sigma.getCamera().setState(target);
  else void sigma.getCamera().animate(target, { duration: 450, easing: 'cubicInOut' });
}

const CLOSEST = 0.16;
/** Of what is shown, this many times its size is in sight. */
const ROOM = 1.5;

function extent(values: readonly number[]): readonly [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as readonly [number, number]);
}

export function fitAll(sigma: Sigma, atOnce: boolean): void {
  if (atOnce) sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
  else void sigma.getCamera().animatedReset({ duration: 300 });
}
