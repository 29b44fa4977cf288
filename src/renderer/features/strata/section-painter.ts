import { itemAt } from '../../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { fitNames, type LayerLabel } from '../../layers/layer-labels.ts';
import { inkOn, type Rgb, sharingColour, type Theme, toCss } from '../../state/palette.ts';
import { approach } from './motion.ts';
import { CELL, type Scene } from './scene.ts';

/** What the painter is given besides the scene. */
interface SectionLook {
  readonly theme: Theme;
  readonly label: (layer: PlannedLayer) => LayerLabel;
  /** Layers that a push would move; marked at the right edge. Null where there is nothing to compare with. */
  readonly isNew: ((layer: PlannedLayer) => boolean) | null;
  /** Layers that known images have; marked beside these. Null where no images are known. */
  readonly isHeld: ((layer: PlannedLayer) => boolean) | null;
  readonly hovered: number;
  readonly selected: number;
  readonly animate: boolean;
  readonly ink: string;
  readonly mark: string;
  readonly held: string;
}

export interface SectionPainter {
  show(scene: Scene, look: SectionLook): void;
  stop(): void;
}

/** Space at the right for the marks of layers, in pixels: two columns of them. */
export const GUTTER = 16;
const MARK_WIDTH = 4;
const NEW_AT = 4;
const HELD_AT = 11;
const RADIUS = 4;
const LABEL_HEIGHT = 11;

/**
 * Paints a cross-section, and moves it from one layering to the next: every store path slides to its new stratum, and
 * each stratum follows its largest path.
 */
export function createSectionPainter(canvas: HTMLCanvasElement): SectionPainter {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser has no canvas.');
  const text = textMeter(context);
  let scene: Scene | undefined;
  let look: SectionLook | undefined;
  let current = new Float32Array(0);
  let frame = 0;
  let lastTime = 0;

  const tick = (time: number) => {
    frame = 0;
    if (scene === undefined || look === undefined) return;
    const elapsed = lastTime === 0 ? 16 : Math.min(64, time - lastTime);
    lastTime = time;
    const arrived = !look.animate || approach(current, scene.cells, elapsed);
    if (!look.animate) current.set(scene.cells);
    paint(context, canvas, scene, look, current, text, arrived);
    if (arrived) lastTime = 0;
    else frame = requestAnimationFrame(tick);
  };

  return {
    show(nextScene, nextLook) {
      const fresh = current.length !== nextScene.cells.length;
      scene = nextScene;
      look = nextLook;
      if (fresh) current = nextScene.cells.slice();
      if (frame === 0) frame = requestAnimationFrame(tick);
    },
    stop() {
      cancelAnimationFrame(frame);
      frame = 0;
    },
  };
}

function paint(
  context: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  scene: Scene,
  look: SectionLook,
  cells: Float32Array,
  text: TextMeter,
  atRest: boolean,
): void {
  const ratio = window.devicePixelRatio;
  const width = canvas.width / ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, canvas.height / ratio);
  const right = width - GUTTER;

  for (let index = 0; index < scene.layers.length; index++) {
    const at = itemAt(scene.anchors, index) * CELL;
    const [top, height] = [itemAt(cells, at + 1), itemAt(cells, at + 3)];
    paintStratum(context, sharingColour(itemAt(cells, at + 4), look.theme), top, height, right);
  }
  paintCells(context, scene, look, cells, atRest);
  const unnamed = new Set(scene.stack.gathered?.layers);
  for (let index = 0; index < scene.layers.length; index++) {
    const layer = itemAt(scene.layers, index);
    const at = itemAt(scene.anchors, index) * CELL;
    const [top, height] = [itemAt(cells, at + 1), itemAt(cells, at + 3)];
    if (height >= LABEL_HEIGHT && !unnamed.has(index)) {
      const ink = inkOn(sharingColour(itemAt(cells, at + 4), look.theme));
      paintLabel(context, look.label(layer), ink, top, height, right, text);
    }
    if (look.isNew?.(layer)) paintMark(context, look.mark, right + NEW_AT, top, height);
    if (look.isHeld?.(layer)) paintMark(context, look.held, right + HELD_AT, top, height);
    if (index === look.selected || index === look.hovered) {
      const strong = index === look.selected;
      context.strokeStyle = look.ink;
      context.globalAlpha = strong ? 1 : 0.55;
      context.lineWidth = strong ? 2 : 1.5;
      context.beginPath();
      context.roundRect(1, top + 1, right - 2, Math.max(2, height - 2), RADIUS);
      context.stroke();
      context.globalAlpha = 1;
    }
  }
}

function paintMark(
  context: CanvasRenderingContext2D,
  colour: string,
  left: number,
  top: number,
  height: number,
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(left, top + Math.min(1, height / 4), MARK_WIDTH, Math.max(1, height - 2), 2);
  context.fill();
}

function paintStratum(
  context: CanvasRenderingContext2D,
  colour: Rgb,
  top: number,
  height: number,
  right: number,
): void {
  context.fillStyle = toCss(colour);
  context.beginPath();
  context.roundRect(0, top, right, height, Math.min(RADIUS, height / 2));
  context.fill();
  if (height < 8) return;
  // Light falls from above: a hair of it on the upper edge makes a stratum a body.
  context.fillStyle = '#ffffff26';
  context.fillRect(RADIUS, top, right - 2 * RADIUS, 1);
}

/** Store paths in their stratum: thin lines between them at rest, bodies of their own while they move. */
function paintCells(
  context: CanvasRenderingContext2D,
  scene: Scene,
  look: SectionLook,
  cells: Float32Array,
  atRest: boolean,
): void {
  if (atRest) {
    for (let index = 0; index < scene.layers.length; index++) {
      if (itemAt(scene.stack.heights, index) < 5) continue;
      const dark = inkOn(sharingColour(itemAt(scene.shares, index), look.theme)).r < 128;
      context.fillStyle = dark ? '#00000021' : '#ffffff2b';
      let last = 0;
      for (const node of scene.nodesInOrder(index)) {
        const at = node * CELL;
        const left = itemAt(cells, at);
        // Paths too small to tell apart share a line.
        if (left - last < 2.5) continue;
        context.fillRect(left, itemAt(cells, at + 1), 1, itemAt(cells, at + 3));
        last = left;
      }
    }
    return;
  }
  for (let node = 0; node < scene.layerOf.length; node++) {
    const at = node * CELL;
    const anchor = itemAt(scene.anchors, itemAt(scene.layerOf, node)) * CELL;
    // Only what is on its way lies outside of its stratum.
    if (
      Math.abs(itemAt(cells, at + 1) - itemAt(cells, anchor + 1)) +
        Math.abs(itemAt(cells, at + 3) - itemAt(cells, anchor + 3)) <
      0.75
    )
      continue;
    context.fillStyle = toCss(sharingColour(itemAt(cells, at + 4), look.theme));
    context.fillRect(
      itemAt(cells, at),
      itemAt(cells, at + 1),
      Math.max(1, itemAt(cells, at + 2) - 0.5),
      itemAt(cells, at + 3),
    );
  }
}

function paintLabel(
  context: CanvasRenderingContext2D,
  label: LayerLabel,
  ink: Rgb,
  top: number,
  height: number,
  right: number,
  text: TextMeter,
): void {
  const small = height < 18;
  const tiny = height < 14;
  const middle = top + height / 2 + 0.5;
  context.textBaseline = 'middle';
  context.fillStyle = toCss(ink);
  context.font = tiny ? FACTS_TINY : small ? FACTS_SMALL : FACTS;
  const factsWidth = text.width(label.facts, context.font);
  context.textAlign = 'right';
  context.globalAlpha = 0.92;
  context.fillText(label.facts, right - 11, middle);
  context.globalAlpha = 1;
  context.font = tiny ? NAMES_TINY : small ? NAMES_SMALL : NAMES;
  context.textAlign = 'left';
  const { font } = context;
  context.fillText(text.names(label, Math.floor(right - factsWidth - 42), font), 12, middle);
}

const FAMILY = '"Inter Variable", system-ui, sans-serif';
const NAMES = `600 12px ${FAMILY}`;
const NAMES_SMALL = `600 10.5px ${FAMILY}`;
const NAMES_TINY = `600 9.5px ${FAMILY}`;
const FACTS_TINY = `500 9px ${FAMILY}`;
const FACTS = `500 11px ${FAMILY}`;
const FACTS_SMALL = `500 10px ${FAMILY}`;

interface TextMeter {
  width(text: string, font: string): number;
  names(label: LayerLabel, width: number, font: string): string;
}

/** Measures text once: labels are drawn on every frame, and measuring costs more than drawing. */
function textMeter(context: CanvasRenderingContext2D): TextMeter {
  const widths = new Map<string, number>();
  const fitted = new WeakMap<LayerLabel, { width: number; font: string; text: string }>();
  const width = (text: string, font: string) => {
    const key = `${font} ${text}`;
    let known = widths.get(key);
    if (known === undefined) {
      const before = context.font;
      context.font = font;
      known = context.measureText(text).width;
      context.font = before;
      if (widths.size > 5000) widths.clear();
      widths.set(key, known);
    }
    return known;
  };
  return {
    width,
    names: (label, room, font) => {
      const known = fitted.get(label);
      if (known?.width === room && known.font === font) return known.text;
      const text = fitNames(label.names, room, (part) => width(part, font));
      fitted.set(label, { width: room, font, text });
      return text;
    },
  };
}
