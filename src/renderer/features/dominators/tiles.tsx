import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { cx } from '../../components/class-names.ts';
import { useElementSize } from '../../components/use-element-size.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { withoutVersion } from '../../state/format.ts';
import { inkOn, sharingColour, toCss } from '../../state/palette.ts';
import { useUi } from '../../state/ui.ts';
import { layOutTiles, type Tile, type TileLayout } from './dominator-hierarchy.ts';
import { nearestTile } from './nearest-tile.ts';
import styles from './tiles.module.css';

export interface TilesProps {
  readonly closure: Closure;
  readonly layout: TileLayout;
  /** The node that fills the picture; the virtual root for the whole image. */
  readonly from: number;
  readonly selected: number;
  readonly onSelect: (node: number) => void;
  readonly onZoom: (node: number) => void;
  readonly onZoomOut: () => void;
}

/** The dominator tree as rectangles. A click selects, a double click or Enter goes in, Escape goes out. */
export function Tiles({ closure, layout, from, selected, onSelect, onZoom, onZoomOut }: TilesProps) {
  const box = useRef<HTMLElement>(null);
  const { width, height } = useElementSize(box);
  const theme = useUi((state) => (state.dark ? 'dark' : 'light'));
  const tiles = useMemo(
    () => (width === 0 ? [] : layOutTiles(closure, from, layout, width, height)),
    [closure, from, layout, width, height],
  );
  const [active, setActive] = useState<string | null>(null);
  const current =
    tiles.find(({ key }) => key === active) ?? tiles.find(({ node }) => node === selected) ?? tiles[0];

  // Zooming replaces the tiles: whoever came by keyboard goes on with the first of the new ones.
  const refocus = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after another zoom
  useEffect(() => {
    if (refocus.current) box.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    refocus.current = false;
  }, [from]);
  const zoomByKey = (zoom: () => void) => {
    refocus.current = true;
    zoom();
  };

  const key = (event: KeyboardEvent, tile: Tile) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      if (tile.self || closure.dominators.counts[tile.node] === 1) onSelect(tile.node);
      else zoomByKey(() => onZoom(tile.node));
    } else if (event.key === ' ') {
      event.preventDefault();
      onSelect(tile.node);
    } else if (event.key === 'Escape' || event.key === 'Backspace') {
      event.preventDefault();
      zoomByKey(onZoomOut);
    } else {
      const next = nearestTile(tiles, tile, event.key);
      if (next === null) return;
      event.preventDefault();
      box.current?.querySelector<HTMLElement>(`[data-key="${next.key}"]`)?.focus();
    }
  };

  return (
    <section
      ref={box}
      className={styles.box}
      aria-label={`What goes with what, as a ${layout}. The tree view lists the same paths.`}
    >
      {tiles.map((tile) => (
        <TileButton
          key={tile.key}
          closure={closure}
          tile={tile}
          fill={sharingColour(closure.sharing[tile.node] ?? 0, theme)}
          isSelected={tile.node === selected}
          isActive={tile === current}
          onFocus={() => setActive(tile.key)}
          onClick={() => onSelect(tile.node)}
          onDoubleClick={() =>
            !tile.self && itemAt(closure.dominators.counts, tile.node) > 1 && onZoom(tile.node)
          }
          onKeyDown={(event) => key(event, tile)}
        />
      ))}
    </section>
  );
}

interface TileButtonProps {
  readonly closure: Closure;
  readonly tile: Tile;
  readonly fill: { readonly r: number; readonly g: number; readonly b: number };
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly onFocus: () => void;
  readonly onClick: () => void;
  readonly onDoubleClick: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function TileButton({ closure, tile, fill, isSelected, isActive, ...handlers }: TileButtonProps) {
  const { node, self, left, top, width, height, isFrame } = tile;
  const isImage = node === closure.dominators.root;
  const name = isImage ? 'The image' : withoutVersion(itemAt(closure.names, node));
  const bytes = isImage
    ? closure.totalBytes
    : self
      ? itemAt(closure.graph.narSizes, node)
      : itemAt(closure.dominatedBytes, node);
  const paths = isImage ? closure.graph.size : itemAt(closure.dominators.counts, node);
  const what = self ? 'itself' : paths === 1 ? 'alone' : `with ${count(paths - 1, 'path')}`;
  return (
    <button
      type="button"
      data-key={tile.key}
      className={cx(styles.tile, isFrame && styles.frame, isSelected && !self && styles.selected)}
      style={{
        left,
        top,
        width,
        height,
        background: isImage ? undefined : toCss(fill),
        color: isImage ? undefined : toCss(inkOn(fill)),
      }}
      title={`${isImage ? name : itemAt(closure.names, node)}\n${formatBytes(bytes)}, ${what}`}
      aria-label={`${name}, ${formatBytes(bytes)}, ${what}`}
      aria-pressed={isSelected}
      tabIndex={isActive ? 0 : -1}
      {...handlers}
    >
      {width > 34 && height > 13 && (
        <span className={styles.label}>
          <strong>{self ? `${name} itself` : name}</strong>
          {(isFrame ? width > 110 : (height > 34 && width > 62) || width > 150) && (
            <span>{formatBytes(bytes)}</span>
          )}
        </span>
      )}
    </button>
  );
}
