import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { cx } from '../../components/class-names.ts';
import { cssColour } from '../../components/css-colour.ts';
import { useElementSize } from '../../components/use-element-size.ts';
import type { PictureScale } from '../../layers/stack.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { useUi } from '../../state/ui.ts';
import styles from './cross-section.module.css';
import { LayerHover } from './layer-hover.tsx';
import type { LayersProps } from './layers-props.ts';
import { composeScene } from './scene.ts';
import { createSectionPainter, GUTTER, type SectionPainter } from './section-painter.ts';
import { StrataList } from './strata-list.tsx';

export interface CrossSectionProps extends LayersProps {
  readonly closure: Closure;
  /** While the budget is dragged the list over the picture stands still. */
  readonly dragging: boolean;
  readonly name: string;
  /** Of all sections that stand side by side. */
  readonly scale: PictureScale;
}

/** What the pointer is on. */
interface Hover {
  readonly layer: number;
  readonly x: number;
  readonly y: number;
}

/** The image in cross-section: one stratum a layer. */
export function CrossSection(props: CrossSectionProps) {
  const { closure, layers, facts, label, marked, holders, openedNode, onOpen, dragging, name, scale } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<SectionPainter | null>(null);
  const { width, height } = useElementSize(box);
  const [hover, setHover] = useState<Hover | null>(null);
  const [fontsReady, setFontsReady] = useState(document.fonts.status === 'loaded');
  const { dark, reducedMotion } = useUi();

  const scene = useMemo(() => {
    const shares = Float64Array.from(layers, facts.share);
    const { graph, bySize } = closure;
    return composeScene({
      layers,
      narSizes: graph.narSizes,
      bySize,
      shares,
      width: Math.max(0, width - GUTTER),
      scale,
    });
  }, [closure, layers, facts, width, scale]);
  const selected = openedNode < 0 ? -1 : itemAt(scene.layerOf, openedNode);

  useEffect(() => {
    document.fonts.ready.then(() => setFontsReady(true));
  }, []);

  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    painter.current = createSectionPainter(element);
    return () => painter.current?.stop();
  }, []);

  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null || width === 0) return;
    const ratio = window.devicePixelRatio;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
  }, [width, height]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: fonts change what is drawn
  useLayoutEffect(() => {
    if (width === 0 || height === 0) return;
    painter.current?.show(scene, {
      theme: dark ? 'dark' : 'light',
      label,
      isNew: marked ? (layer) => !facts.isKept(layer) : null,
      isHeld: holders && ((layer) => holders(layer).length > 0),
      hovered: hover?.layer ?? -1,
      selected,
      animate: !reducedMotion,
      ink: cssColour('--ink'),
      mark: cssColour('--warn'),
      held: cssColour('--ok'),
    });
  }, [
    scene,
    label,
    facts,
    marked,
    holders,
    hover?.layer,
    selected,
    dark,
    reducedMotion,
    fontsReady,
    width,
    height,
  ]);

  return (
    <div ref={box} className={cx(styles.section, dragging && styles.dragging)}>
      <canvas ref={canvas} className={styles.canvas} aria-hidden />
      {!dragging && (
        <StrataList
          name={name}
          scene={scene}
          height={height}
          label={label}
          facts={facts}
          marked={marked}
          holders={holders}
          selected={selected}
          onHover={(layer, x, y) => setHover(layer < 0 ? null : { layer, x, y })}
          onOpen={(layer) => onOpen(itemAt(itemAt(scene.layers, layer).nodes, 0))}
        />
      )}
      {!dragging && hover !== null && hover.layer < scene.layers.length && (
        <LayerHover closure={closure} scene={scene} {...hover} />
      )}
    </div>
  );
}
