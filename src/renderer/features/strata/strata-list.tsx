import { type KeyboardEvent, memo, type PointerEvent, useRef } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { GatheredBands } from '../../layers/gathered-bands.tsx';
import { heldInWords } from '../../layers/holders.ts';
import { nameList } from '../../layers/layer-labels.ts';
import { sharingColour, toCss } from '../../state/palette.ts';
import { useUi } from '../../state/ui.ts';
import styles from './cross-section.module.css';
import type { LayersProps } from './layers-props.ts';
import type { Scene } from './scene.ts';
import { shareInWords } from './share-words.ts';

export interface StrataListProps extends Pick<LayersProps, 'label' | 'facts' | 'marked' | 'holders'> {
  readonly name: string;
  readonly scene: Scene;
  /** Of the section, in pixels. */
  readonly height: number;
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
  const { name, scene, height, label, facts, marked, holders, selected, onHover, onOpen } = props;
  const list = useRef<HTMLUListElement>(null);
  const theme = useUi((state) => (state.dark ? 'dark' : 'light'));
  const { layers, stack } = scene;
  const thin = stack.gathered?.layers ?? [];
  const named = [...layers.keys()].filter((index) => !thin.includes(index));
  const order = [...named, ...thin];
  const inTabs = selected < 0 ? order[0] : selected;

  const move = (event: KeyboardEvent, from: number) => {
    const to = nextStratum(event.key, order.indexOf(from), layers.length);
    if (to === null) return;
    event.preventDefault();
    list.current?.querySelectorAll('button')[to]?.focus();
  };
  const hover = (event: PointerEvent, index: number) => {
    const bounds = list.current?.getBoundingClientRect();
    if (bounds) onHover(index, event.clientX - bounds.left, event.clientY - bounds.top);
  };
  const titleOf = (index: number) => {
    const layer = itemAt(layers, index);
    const { names, facts: size } = label(layer);
    const push = marked ? (facts.isKept(layer) ? ', there already' : ', new') : '';
    const held = holders && heldInWords(holders(layer));
    return `Layer ${index + 1} of ${layers.length}: ${nameList(names, 3)}. ${size}, ${shareInWords(facts.share(layer))}${push}${held === null ? '' : `, ${held}`}`;
  };
  const shared = (index: number) => ({
    type: 'button' as const,
    tabIndex: index === inTabs ? 0 : -1,
    'aria-pressed': index === selected,
    'aria-label': titleOf(index),
    onKeyDown: (event: KeyboardEvent) => move(event, index),
    onClick: () => onOpen(index),
  });

  return (
    <ul ref={list} className={styles.list} aria-label={name} onPointerLeave={() => onHover(-1, 0, 0)}>
      {named.map((index) => (
        <li key={itemAt(layers, index).nodes[0]}>
          <button
            {...shared(index)}
            className={styles.stratum}
            style={{ top: stack.tops[index], height: stack.heights[index] }}
            onPointerMove={(event) => hover(event, index)}
          />
        </li>
      ))}
      {stack.gathered !== null && (
        <GatheredBands
          gathered={stack.gathered}
          height={height}
          names={nameList(label(itemAt(layers, itemAt(thin, 0))).names, 2)}
        >
          {thin.map((index) => {
            const { names, facts: size } = label(itemAt(layers, index));
            return (
              <li key={itemAt(layers, index).nodes[0]}>
                <button {...shared(index)} className={styles.thin} onPointerEnter={() => onHover(-1, 0, 0)}>
                  <i style={{ background: toCss(sharingColour(itemAt(scene.shares, index), theme)) }} />
                  <span>{nameList(names, 3)}</span>
                  <small>{size}</small>
                </button>
              </li>
            );
          })}
        </GatheredBands>
      )}
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
