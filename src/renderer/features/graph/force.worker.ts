import iterate from 'graphology-layout-forceatlas2/iterate.js';
import { itemAt } from '../../../engine/graph/item-at.ts';

/** ForceAtlas2 (Jacomy, Venturini, Heymann and Bastian, 2014) away from the window. */
export interface ForceRequest {
  readonly nodes: Float32Array;
  readonly edges: Float32Array;
  readonly settings: Readonly<Record<string, number | boolean>>;
  /** Ends by itself after so long. */
  readonly longestMs: number;
}

/** Positions, x and y by turns. */
export interface ForceAnswer {
  readonly positions: Float32Array;
  readonly done: boolean;
}

const SHOW_EVERY_MS = 40;
const FIELDS = 10;

self.addEventListener('message', ({ data }: MessageEvent<ForceRequest>) => {
  const { nodes, edges, settings, longestMs } = data;
  const start = performance.now();
  const turn = () => {
    const begun = performance.now();
    while (performance.now() - begun < SHOW_EVERY_MS) iterate(settings, nodes, edges);
    const done = performance.now() - start > longestMs;
    const positions = new Float32Array((2 * nodes.length) / FIELDS);
    for (let node = 0; node < nodes.length / FIELDS; node++) {
      positions[2 * node] = itemAt(nodes, FIELDS * node);
      positions[2 * node + 1] = itemAt(nodes, FIELDS * node + 1);
    }
    self.postMessage({ positions, done } satisfies ForceAnswer, { transfer: [positions.buffer] });
    if (!done) setTimeout(turn);
  };
  turn();
});
