import { type HierarchyRectangularNode, hierarchy, partition, treemap, treemapSquarify } from 'd3-hierarchy';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { Closure } from '../../state/closure/analysis.ts';

/** A node of the dominator tree for d3; the virtual root stands for the image. */
interface Item {
  readonly node: number;
  /** Stands for the bytes of a node that dominates others, beside those others. */
  readonly self: boolean;
}

/** A rectangle of the picture, in pixels. */
export interface Tile {
  /** Names the tile: a node, or a node's own bytes. */
  readonly key: string;
  readonly node: number;
  readonly self: boolean;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** 0 for the node that is zoomed to. */
  readonly level: number;
  /** Whether tiles lie inside of it. */
  readonly isFrame: boolean;
}

export type TileLayout = 'treemap' | 'icicle';

const HEADER = 20;
const SMALLEST = 4;
const DEEPEST = 4;

/** Nodes that a node immediately dominates, the heaviest first. The virtual root is the number of nodes. */
export function dominated(closure: Closure, node: number): number[] {
  const { dominators, dominatedBytes, graph } = closure;
  const { order, positions, counts, root } = dominators;
  const start = node === root ? 0 : itemAt(positions, node) + 1;
  const end = node === root ? graph.size : itemAt(positions, node) + itemAt(counts, node);
  const children: number[] = [];
  for (let at = start; at < end; at += itemAt(counts, itemAt(order, at))) children.push(itemAt(order, at));
  return children.sort((a, b) => itemAt(dominatedBytes, b) - itemAt(dominatedBytes, a) || a - b);
}

/** Nodes from the virtual root down to a node, both included. */
export function dominatorTrail({ dominators }: Closure, node: number): number[] {
  const trail = [node];
  for (let at = node; at !== dominators.root; ) {
    at = itemAt(dominators.parents, at);
    trail.unshift(at);
  }
  return trail;
}

/** Lays out what a node dominates, with areas (treemap) or widths (icicle) as their bytes. */
export function layOutTiles(
  closure: Closure,
  from: number,
  layout: TileLayout,
  width: number,
  height: number,
): Tile[] {
  const { graph, dominators } = closure;
  const tree = hierarchy<Item>({ node: from, self: false }, ({ node, self }) => {
    if (self) return null;
    const children = dominated(closure, node);
    if (children.length === 0) return null;
    const items = children.map((child): Item => ({ node: child, self: false }));
    return node === dominators.root ? items : [{ node, self: true }, ...items];
  })
    .sum(({ node, self }) => (self || isLeaf(closure, node) ? itemAt(graph.narSizes, node) : 0))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0) || a.data.node - b.data.node);
  const placed =
    layout === 'treemap'
      ? treemap<Item>()
          .tile(treemapSquarify.ratio(1.35))
          .size([width, height])
          .paddingInner(2)
          .paddingTop((node) => (node.depth === 0 ? 0 : roomy(node) ? HEADER : 2))
          .paddingRight((node) => (node.depth === 0 ? 0 : 2))
          .paddingBottom((node) => (node.depth === 0 ? 0 : 2))
          .paddingLeft((node) => (node.depth === 0 ? 0 : 2))
          .round(true)(tree)
      : partition<Item>()
          .size([width, (height * (tree.height + 1)) / Math.min(tree.height + 1, DEEPEST + 2)])
          .padding(1)
          .round(true)(tree);

  const tiles: Tile[] = [];
  const write = (node: HierarchyRectangularNode<Item>) => {
    const [w, h] = [node.x1 - node.x0, node.y1 - node.y0];
    if (w < SMALLEST || h < SMALLEST || node.y0 >= height) return;
    const inside = node.depth < DEEPEST ? (node.children ?? []) : [];
    if (layout === 'icicle' ? !node.data.self : node.depth > 0) {
      tiles.push({
        key: `${node.data.node}${node.data.self ? ' self' : ''}`,
        node: node.data.node,
        self: node.data.self,
        left: node.x0,
        top: node.y0,
        width: w,
        height: h,
        level: node.depth,
        isFrame: layout === 'treemap' && inside.length > 0 && w > 28 && h > HEADER + 8,
      });
    }
    if (layout === 'icicle' || node.depth === 0 || (w > 28 && h > HEADER + 8)) inside.forEach(write);
  };
  write(placed);
  return tiles;
}

function isLeaf({ dominators }: Closure, node: number): boolean {
  return node !== dominators.root && dominators.counts[node] === 1;
}

function roomy({ x0, x1, y0, y1 }: HierarchyRectangularNode<Item>): boolean {
  return x1 - x0 > 28 && y1 - y0 > HEADER + 8;
}
