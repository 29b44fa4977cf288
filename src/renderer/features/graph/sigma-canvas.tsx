import { useEffect, useMemo, useRef } from 'react';
import Sigma from 'sigma';
import { animateNodes } from 'sigma/utils';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { useUi } from '../../state/ui.ts';
import { type Focus, neighbourhood } from './focus.ts';
import { startForceLayout } from './force-layout.ts';
import { layeredLayout, type Positions } from './layered-layout.ts';
import { pickByPlace } from './node-at.ts';
import type { NodeColours } from './node-look.ts';
import styles from './sigma-canvas.module.css';
import { sigmaGraph } from './sigma-graph.ts';
import { type Look, sigmaSettings } from './sigma-settings.ts';

export interface SigmaCanvasProps {
  readonly closure: Closure;
  readonly layout: 'layered' | 'force';
  readonly radii: Float32Array;
  readonly colours: NodeColours['colours'];
  /** Which nodes are shown. */
  readonly shown: (node: number) => boolean;
  readonly selected: number;
  /** What stands out because of the selection. */
  readonly focus: Focus | null;
  readonly onSelect: (node: number | null) => void;
  /** Gets the renderer while there is one, for zooming and pictures. */
  readonly onReady: (sigma: Sigma | null) => void;
}

/** The graph in WebGL. Hovering dims what is not connected, a click selects. */
export function SigmaCanvas(props: SigmaCanvasProps) {
  const { closure, layout, radii, colours, shown, selected, focus, onSelect, onReady } = props;
  const box = useRef<HTMLDivElement>(null);
  const sigma = useRef<Sigma | null>(null);
  const { dark, reducedMotion } = useUi();
  const layered = useMemo(() => layeredLayout(closure), [closure]);
  /** What the reducers look at; sigma calls them outside of React. */
  const look = useRef<Look>({ shown, selected, focus, hovered: -1, hoverFocus: null });
  look.current = { ...look.current, shown, selected, focus };

  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew for another closure or theme only
  useEffect(() => {
    if (box.current === null) return;
    const graph = sigmaGraph(closure, layered);
    const renderer = new Sigma(
      graph,
      box.current,
      sigmaSettings(closure, dark, () => look.current),
    );
    pickByPlace(renderer, (node) => look.current.shown(node));
    sigma.current = renderer;
    // sigma itself listens to the window only, whose panes are resized without it.
    const resized = new ResizeObserver(() => {
      renderer.resize();
      renderer.refresh({ schedule: true });
    });
    resized.observe(box.current);
    const hover = (node: number) => {
      const hoverFocus = node < 0 ? null : neighbourhood(closure, node);
      look.current = { ...look.current, hovered: node, hoverFocus };
      renderer.refresh({ skipIndexation: true, schedule: true });
    };
    renderer.on('enterNode', ({ node }) => hover(Number(node)));
    renderer.on('leaveNode', () => hover(-1));
    renderer.on('clickNode', ({ node }) => onSelect(Number(node)));
    renderer.on('clickStage', () => onSelect(null));
    onReady(renderer);
    return () => {
      onReady(null);
      resized.disconnect();
      sigma.current = null;
      renderer.kill();
    };
  }, [closure, dark, layered]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another closure or theme makes another graph
  useEffect(() => {
    const graph = sigma.current?.getGraph();
    graph?.updateEachNodeAttributes(
      (key, attributes) => ({
        ...attributes,
        size: radii[Number(key)],
        color: colours[Number(key)],
      }),
      { attributes: ['size', 'color'] },
    );
  }, [radii, colours, closure, dark]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the reducers read these through a reference
  useEffect(() => {
    sigma.current?.refresh({ schedule: true });
  }, [shown, selected, focus]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: radii change the picture, not the layout
  useEffect(() => {
    const graph = sigma.current?.getGraph();
    if (graph === undefined) return;
    const put = (positions: Positions) =>
      graph.updateEachNodeAttributes(
        (key, attributes) => {
          attributes.x = positions[2 * Number(key)];
          attributes.y = positions[2 * Number(key) + 1];
          return attributes;
        },
        { attributes: ['x', 'y'] },
      );
    if (layout === 'layered') {
      if (reducedMotion) {
        put(layered);
        return;
      }
      const targets = Object.fromEntries(
        graph
          .nodes()
          .map((key) => [
            key,
            { x: itemAt(layered, 2 * Number(key)), y: itemAt(layered, 2 * Number(key) + 1) },
          ]),
      );
      return animateNodes(graph, targets, { duration: 420, easing: 'cubicInOut' });
    }
    return startForceLayout(closure, layered, radii, (positions, done) => {
      if (!reducedMotion || done) put(positions);
    });
  }, [layout, closure, dark, reducedMotion]);

  return (
    <div
      ref={box}
      className={styles.canvas}
      role="img"
      aria-label={`Reference graph of ${closure.graph.size} paths. The table view lists the same paths.`}
    />
  );
}
