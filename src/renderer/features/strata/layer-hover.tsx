import { itemAt } from '../../../engine/graph/item-at.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import styles from './layer-hover.module.css';
import { CELL, type Scene } from './scene.ts';

export interface LayerHoverProps {
  readonly closure: Closure;
  readonly scene: Scene;
  readonly layer: number;
  readonly x: number;
  readonly y: number;
}

const MOST_NAMES = 9;
const WIDTH = 280;

/** What lies under the pointer: the layer's packages, the one that is pointed at in bold. */
export function LayerHover({ closure, scene, layer, x, y }: LayerHoverProps) {
  const { names, graph } = closure;
  const nodes = scene.nodesInOrder(layer);
  const pointed = nodes.findLast((node) => itemAt(scene.cells, node * CELL) <= x) ?? itemAt(nodes, 0);
  const shown = [...nodes.subarray(0, MOST_NAMES)];
  if (!shown.includes(pointed)) shown.splice(-1, 1, pointed);
  const bottom = scene.stack.height;
  const below = y < bottom / 2;
  return (
    <div
      className={styles.card}
      aria-hidden
      style={{
        left: `clamp(0px, ${x + 16}px, calc(100% - ${WIDTH + 12}px))`,
        ...(below ? { top: y + 18 } : { bottom: bottom - y + 14 }),
      }}
    >
      <header className={styles.header}>
        <strong>Layer {layer + 1}</strong>
        <span>
          {count(nodes.length, 'path')} · {formatBytes(itemAt(scene.layers, layer).sizeBytes)}
        </span>
      </header>
      <ul>
        {shown.map((node) => (
          <li key={node} className={styles.row} data-pointed={node === pointed || undefined}>
            <span>{itemAt(names, node)}</span>
            <span>{formatBytes(itemAt(graph.narSizes, node))}</span>
          </li>
        ))}
      </ul>
      {nodes.length > shown.length && <p className={styles.more}>and {nodes.length - shown.length} more</p>}
    </div>
  );
}
