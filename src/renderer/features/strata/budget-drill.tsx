import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react';
import { count, formatBytes } from '../../../shared/format.ts';
import { Tip } from '../../components/tip.tsx';
import styles from './budget-drill.module.css';
import { budgetAfterKey, budgetToPosition, drillTicks, positionToBudget } from './drill-scale.ts';

export interface BudgetDrillProps {
  readonly budget: number;
  readonly most: number;
  /** Layers that the plan gives at this budget, and when the budget does not bind. */
  readonly layers: number;
  readonly maxLayers: number;
  /** A number to keep low, for each budget from 1: drawn as a curve along the scale. Empty where there is none. */
  readonly costs: readonly number[];
  /** What this budget comes to beside another one, to be read out. */
  readonly words: string;
  /** Called once a frame while the handle moves. */
  readonly onDrag: (budget: number) => void;
  /** Called with what was chosen in the end, or null where the drag was given up. */
  readonly onDone: (budget: number | null) => void;
}

/** The budget as a core drill: the higher the handle, the more layers. */
export function BudgetDrill({
  budget,
  most,
  layers,
  maxLayers,
  costs,
  words,
  onDrag,
  onDone,
}: BudgetDrillProps) {
  const track = useRef<HTMLDivElement>(null);
  const drag = useRef({ frame: 0, wanted: budget, offset: 0, active: false });
  const position = budgetToPosition(budget, most);
  const ticks = useMemo(() => drillTicks(most), [most]);
  const curve = useMemo(() => costCurve(costs, most), [costs, most]);

  const budgetAt = (clientY: number) => {
    const bounds = track.current?.getBoundingClientRect();
    if (!bounds) return budget;
    return positionToBudget((clientY - drag.current.offset - bounds.top) / bounds.height, most);
  };
  const follow = (wanted: number) => {
    drag.current.wanted = wanted;
    drag.current.frame ||= requestAnimationFrame(() => {
      drag.current.frame = 0;
      onDrag(drag.current.wanted);
    });
  };
  const start = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const bounds = track.current?.getBoundingClientRect();
    const onHandle = (event.target as Element).closest('[role="slider"]') !== null;
    const handleY = bounds ? bounds.top + position * bounds.height : event.clientY;
    drag.current = { ...drag.current, active: true, offset: onHandle ? event.clientY - handleY : 0 };
    follow(onHandle ? budget : budgetAt(event.clientY));
  };
  const end = (event: PointerEvent, keep: boolean) => {
    if (!drag.current.active) return;
    cancelAnimationFrame(drag.current.frame);
    drag.current.frame = 0;
    drag.current.active = false;
    onDone(keep ? budgetAt(event.clientY) : null);
  };
  const key = (event: KeyboardEvent) => {
    const next = budgetAfterKey(event.key, budget, most);
    if (next === undefined) return;
    event.preventDefault();
    onDone(next);
  };

  return (
    <div
      className={styles.drill}
      onPointerDown={start}
      onPointerMove={(event) => drag.current.active && follow(budgetAt(event.clientY))}
      onPointerUp={(event) => end(event, true)}
      onPointerCancel={(event) => end(event, false)}
    >
      <div ref={track} className={styles.track}>
        {curve && (
          <svg className={styles.curve} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            <path d={curve} />
          </svg>
        )}
        <div className={styles.rod} style={{ top: `${position * 100}%` }} />
        {maxLayers < most && (
          <Tip text={`This image has only ${count(maxLayers, 'layer')} to give`} side="right">
            <div className={styles.idle} style={{ height: `${budgetToPosition(maxLayers, most) * 100}%` }} />
          </Tip>
        )}
        {ticks.map((tick) => (
          <div key={tick} className={styles.tick} style={{ top: `${budgetToPosition(tick, most) * 100}%` }}>
            {tick}
          </div>
        ))}
        <div
          className={styles.handle}
          style={{ top: `${position * 100}%` }}
          role="slider"
          tabIndex={0}
          aria-label="Layer budget"
          aria-orientation="vertical"
          aria-valuemin={1}
          aria-valuemax={most}
          aria-valuenow={budget}
          aria-valuetext={`At most ${count(budget, 'layer')}; ${layers} used${words === '' ? '' : `: ${words}`}`}
          onKeyDown={key}
        >
          {budget}
        </div>
      </div>
    </div>
  );
}

/** The costs as an area that grows from the rod to the left, in a box of 100 by 100. */
function costCurve(costs: readonly number[], most: number): string | null {
  const highest = costs.reduce((most, cost) => Math.max(most, cost), 0);
  if (costs.length < 2 || highest === 0) return null;
  const points = costs.map((cost, index) => {
    const x = 100 - (cost / highest) * 92;
    return `${x.toFixed(1)} ${(budgetToPosition(index + 1, most) * 100).toFixed(2)}`;
  });
  return `M100 100 L${points.join(' L')} L100 0 Z`;
}

/** What the curve along the drill says, in words. */
export function costTitle(updateBytes: number, leastBytes: number): string {
  const times =
    leastBytes === 0 ? '' : ` That is ${(updateBytes / leastBytes).toFixed(2)} times the least possible.`;
  return `When one path changes, ${formatBytes(updateBytes)} move on average.${times}`;
}
