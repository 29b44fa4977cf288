import { type KeyboardEvent, memo, type PointerEvent, useRef } from 'react';
import { heldInWords } from '../../layers/holders.ts';
import { nameList } from '../../layers/layer-labels.ts';
import styles from './cross-section.module.css';
import type { LayersProps } from './layers-props.ts';
import type { Scene } from './scene.ts';
import { shareInWords } from './share-words.ts';

export interface StrataListProps extends Pick<LayersProps, 'label' | 'facts' | 'marked' | 'holders'> {
  readonly name: string;
  readonly scene: Scene;
  readonly selected: number;
  /** -1 when the pointer has left; positions in pixels of the section. */
  readonly onHover: (layer: number, x: number, y: number) => void;
  readonly onOpen: (layer: number) => void;
}

/**
 * The strata as a list of buttons that lie exactly over the picture: what a pointer, a keyboard and a screen reader
 * work with. One of them is in the order of tabs; the arrow keys go on from there.
 */
export const StrataList = memo(function StrataList(props: StrataListProps) {
  const { name, scene, label, facts, marked, holders, selected, onHover, onOpen } = props;
  const list = useRef<HTMLUListElement>(null);
  const { layers, stack } = scene;

  const move = (event: KeyboardEvent, from: number) => {
    const to = nextStratum(event.key, from, layers.length);
    if (to === null) return;
    event.preventDefault();
    list.current?.querySelectorAll('button')[to]?.focus();
  };
  const hover = (event: PointerEvent, index: number) => {
    const bounds = list.current?.getBoundingClientRect();
    if (bounds) onHover(index, event.clientX - bounds.left, event.clientY - bounds.top);
  };

  return (
    <ul ref={list} className={styles.list} aria-label={name} onPointerLeave={() => onHover(-1, 0, 0)}>
      {layers.map((layer, index) => {
        const { names, facts: size } = label(layer);
        const push = marked
          ? facts.isKept(layer)
            ? ', as in the last image'
            : ', new since the last image'
          : '';
        const held = holders && heldInWords(holders(layer));
        return (
          <li key={layer.nodes[0]}>
            <button
              type="button"
              className={styles.stratum}
              style={{ top: stack.tops[index], height: stack.heights[index] }}
              tabIndex={index === Math.max(0, selected) ? 0 : -1}
              aria-pressed={index === selected}
              aria-label={`Layer ${index + 1} of ${layers.length}: ${nameList(names, 3)}. ${size}, ${shareInWords(facts.share(layer))}${push}${held === null ? '' : `, ${held}`}`}
              onPointerMove={(event) => hover(event, index)}
              onKeyDown={(event) => move(event, index)}
              onClick={() => onOpen(index)}
            />
          </li>
        );
      })}
    </ul>
  );
});

function nextStratum(key: string, from: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, from + 1);
    case 'ArrowUp':
      return Math.max(0, from - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
