import { itemAt } from '../../../engine/graph/item-at.ts';
import type { Plan } from '../../../engine/plan/plan.ts';
import { count } from '../../../shared/format.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { CATEGORIES, sharingColour, type Theme } from '../../state/palette.ts';
import type { ColourBy, SizeBy } from './graph-view.ts';

const SMALLEST = 2;
const LARGEST = 17;

/** Radius of each node in pixels: its area grows with the bytes. */
export function nodeRadii({ graph }: Closure, by: SizeBy): Float32Array {
  const bytes = by === 'nar' ? graph.narSizes : graph.closureSizes;
  const most = Math.sqrt(bytes.reduce((a, b) => Math.max(a, b), 1));
  return Float32Array.from(bytes, (size) => SMALLEST + (LARGEST - SMALLEST) * (Math.sqrt(size) / most));
}

/** What the colours of the nodes mean, for the legend. */
interface ColourKey {
  readonly title: string;
  readonly colour: string;
}

export interface NodeColours {
  readonly colours: readonly string[];
  readonly key: readonly ColourKey[];
}

/** Colour of each node, as `#rrggbb`. */
export function nodeColours(
  closure: Closure,
  by: ColourBy,
  theme: Theme,
  plan: Plan | null,
  budget: number,
): NodeColours {
  switch (by) {
    case 'sharing':
      return {
        colours: Array.from(closure.sharing, (share) => hex(sharingColour(share, theme))),
        key: [0, 0.5, 1].map((share, index) => ({
          title: itemAt(['unique', 'shared', 'everywhere'], index),
          colour: hex(sharingColour(share, theme)),
        })),
      };
    case 'depth': {
      const colourOf = (depth: number) =>
        hex(sharingColour(closure.maxDepth === 0 ? 0 : depth / closure.maxDepth, theme));
      return {
        colours: Array.from(closure.depth, colourOf),
        key: [
          { title: 'asked for', colour: colourOf(0) },
          { title: `${count(closure.maxDepth, 'step')} away`, colour: colourOf(closure.maxDepth) },
        ],
      };
    }
    case 'layer':
      return layerColours(closure, theme, plan, budget);
  }
}

/** The largest layers in colours that stay apart; all others in grey. */
function layerColours({ graph }: Closure, theme: Theme, plan: Plan | null, budget: number): NodeColours {
  const grey = theme === 'light' ? '#8d929a' : '#6d747d';
  const colours = new Array<string>(graph.size).fill(grey);
  if (plan === null) return { colours, key: [] };
  const layers = plan.layers(budget);
  const largest = layers
    .map((layer, place) => ({ layer, place }))
    .sort((a, b) => b.layer.nodes.length - a.layer.nodes.length || a.place - b.place)
    .slice(0, CATEGORIES.length)
    .sort((a, b) => a.place - b.place);
  largest.forEach(({ layer }, index) => {
    for (const node of layer.nodes) colours[node] = itemAt(CATEGORIES, index);
  });
  const key = largest.map(({ place }, index) => ({
    title: `Layer ${place + 1}`,
    colour: itemAt(CATEGORIES, index),
  }));
  return {
    colours,
    key: layers.length > largest.length ? [...key, { title: 'other layers', colour: grey }] : key,
  };
}

function hex({ r, g, b }: { readonly r: number; readonly g: number; readonly b: number }): string {
  const value = (Math.round(r) << 16) | (Math.round(g) << 8) | Math.round(b);
  return `#${value.toString(16).padStart(6, '0')}`;
}
