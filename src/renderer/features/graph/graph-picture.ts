import type Sigma from 'sigma';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { cssColour } from '../../components/css-colour.ts';
import { saveBlob } from '../../components/save-blob.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { graphSvg } from './graph-svg.ts';

/** Saves the graph as it is on the screen. */
export async function savePicture(
  sigma: Sigma,
  closure: Closure,
  shown: (node: number) => boolean,
  format: 'png' | 'svg',
  name: string,
): Promise<void> {
  const blob = format === 'png' ? await paintPng(sigma) : drawSvg(sigma, closure, shown);
  saveBlob(blob, `${name}-graph.${format}`);
}

async function paintPng(sigma: Sigma): Promise<Blob> {
  const canvases = Object.values(sigma.getCanvases());
  const picture = new OffscreenCanvas(itemAt(canvases, 0).width, itemAt(canvases, 0).height);
  const context = picture.getContext('2d');
  if (context === null) throw new Error('This browser has no canvas.');
  context.fillStyle = cssColour('--bg');
  context.fillRect(0, 0, picture.width, picture.height);
  // WebGL keeps its picture only until the turn ends, so it is drawn and copied in one.
  sigma.refresh();
  for (const canvas of canvases) {
    if (canvas.width > 0) context.drawImage(canvas, 0, 0, picture.width, picture.height);
  }
  return picture.convertToBlob({ type: 'image/png' });
}

function drawSvg(sigma: Sigma, { graph, references }: Closure, shown: (node: number) => boolean): Blob {
  const { width, height } = sigma.getDimensions();
  const nodes = [];
  const places = new Map<number, { x: number; y: number }>();
  for (let node = 0; node < graph.size; node++) {
    const display = sigma.getNodeDisplayData(String(node));
    if (!shown(node) || display === undefined) continue;
    const place = sigma.framedGraphToViewport(display);
    places.set(node, place);
    nodes.push({
      ...place,
      radius: sigma.scaleSize(display.size),
      colour: display.color,
      label: display.label,
      named: display.forceLabel || display.highlighted,
    });
  }
  const edges = [];
  for (let node = 0; node < graph.size; node++) {
    const end = itemAt(references.offsets, node + 1);
    for (let edge = itemAt(references.offsets, node); edge < end; edge++) {
      const [from, to] = [places.get(node), places.get(itemAt(references.targets, edge))];
      const display = sigma.getEdgeDisplayData(String(edge));
      if (from && to && display && !display.hidden) edges.push({ from, to, colour: display.color });
    }
  }
  const svg = graphSvg({
    width,
    height,
    nodes,
    edges,
    background: cssColour('--bg'),
    ink: cssColour('--ink'),
  });
  return new Blob([svg], { type: 'image/svg+xml' });
}
