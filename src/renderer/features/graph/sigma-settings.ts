import type { Settings } from 'sigma/settings';
import { cssColour } from '../../components/css-colour.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import type { Focus } from './focus.ts';
import { drawHover, drawLabel } from './labels.ts';

/** What decides how each node is drawn; sigma asks for it outside of React. */
export interface Look {
  readonly shown: (node: number) => boolean;
  readonly selected: number;
  readonly focus: Focus | null;
  /** -1 for none. */
  readonly hovered: number;
  readonly hoverFocus: Focus | null;
}

/** How sigma draws a closure: what the look singles out stands out, everything else is dimmed. */
export function sigmaSettings({ graph }: Closure, dark: boolean, lookNow: () => Look): Partial<Settings> {
  const faint = dark ? '#262b31' : '#e4dfd6';
  const ink = cssColour('--ink');
  const accent = cssColour('--accent');
  return {
    allowInvalidContainer: true,
    zIndex: true,
    defaultEdgeColor: edgeColour(graph.references.length, dark),
    labelFont: '"Inter Variable", system-ui, sans-serif',
    labelSize: 11.5,
    labelWeight: '550',
    labelColor: { color: ink },
    labelDensity: 0.9,
    labelGridCellSize: 90,
    labelRenderedSizeThreshold: 5,
    defaultDrawNodeLabel: drawLabel(cssColour('--bg')),
    defaultDrawNodeHover: drawHover({ paper: cssColour('--raised'), line: cssColour('--line-strong'), ink }),
    minCameraRatio: 0.02,
    maxCameraRatio: 3,
    stagePadding: 46,
    nodeReducer: (key, data) => {
      const node = Number(key);
      const { shown, selected, focus, hovered, hoverFocus } = lookNow();
      if (!shown(node)) return { ...data, hidden: true };
      const stage = hoverFocus ?? focus;
      if (stage !== null && !stage.nodes.has(node)) return { ...data, color: faint, label: '', zIndex: 0 };
      const strong = node === hovered || node === selected;
      return {
        ...data,
        zIndex: strong ? 3 : 2,
        forceLabel: strong || (stage !== null && stage.nodes.size < 40),
        highlighted: node === selected,
      };
    },
    edgeReducer: (key, data) => {
      const { focus, hoverFocus } = lookNow();
      const stage = hoverFocus ?? focus;
      if (stage === null) return data;
      return stage.edges.has(Number(key))
        ? { ...data, color: accent, size: 1.6, zIndex: 2 }
        : { ...data, hidden: true };
    },
  };
}

/** The more references, the fainter each: together they show where the graph is dense. */
function edgeColour(count: number, dark: boolean): string {
  const opacity = Math.min(0.38, Math.max(0.09, 220 / count));
  const channels = dark ? [165, 180, 195] : [90, 80, 60];
  // sigma blends as if colours were multiplied by their opacity already.
  const [r, g, b] = channels.map((channel) => Math.round(channel * opacity));
  return `rgba(${r}, ${g}, ${b}, ${opacity})`;
}
