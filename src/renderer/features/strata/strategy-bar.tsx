import { Columns2, Layers, Layers2, SlidersHorizontal, Table2 } from 'lucide-react';
import type { StrategyName } from '../../../engine/strategies/index.ts';
import {
  NIXERY_CLOSURE_SIZE_THRESHOLD,
  NIXERY_POPULARITY_THRESHOLD,
} from '../../../engine/strategies/nixery.ts';
import { formatBytes } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { Field, Select, TextInput } from '../../components/field.tsx';
import { Popover } from '../../components/popover.tsx';
import { Segmented } from '../../components/segmented.tsx';
import type { Closure } from '../../state/closure/analysis.ts';
import { setLayering } from '../../state/document/edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import { useKnown } from '../../state/known.ts';
import { looksAtPopularity } from '../../state/popularity.ts';
import { showPanel } from '../../state/ui.ts';
import { Hints } from './hints.tsx';
import { PopularityButton } from './popularity-button.tsx';
import { useStrata } from './strata-state.ts';
import styles from './strategy-bar.module.css';
import { OFFERED_STRATEGIES, strategyInfo } from './strategy-info.ts';
import { wholeNumber } from './whole-number.ts';

/** How the layers are planned, and how they are looked at. */
export function StrategyBar({ closure }: { readonly closure: Closure }) {
  const { layering } = useTheDocument();
  const { compareWith, view } = useStrata();
  const known = useKnown(({ list }) => list?.entries.length ?? 0);
  return (
    <div className={styles.bar}>
      <StrategySelect
        label="Strategy"
        value={layering.strategy}
        onChange={(strategy) =>
          edit((document) => setLayering(document, { strategy }, `Plan by ${strategyInfo(strategy).title}`))
        }
      />
      {layering.strategy === 'nixery' && <Thresholds />}
      {layering.strategy === 'strata' && <Hints closure={closure} />}
      {looksAtPopularity(layering) && <PopularityButton closure={closure} />}
      {layering.strategy === 'strata' && (
        <Button variant="ghost" icon={Layers2} onClick={() => showPanel('known')}>
          {known === 0 ? 'Known images' : `Known images · ${known}`}
        </Button>
      )}
      <Button
        variant={compareWith === null ? 'ghost' : 'default'}
        icon={Columns2}
        aria-pressed={compareWith !== null}
        onClick={() =>
          useStrata.setState({
            compareWith:
              compareWith === null
                ? (OFFERED_STRATEGIES.find((name) => name !== layering.strategy) ?? layering.strategy)
                : null,
            view: 'section',
          })
        }
      >
        Compare
      </Button>
      <span className={styles.space} />
      <Segmented
        label="View"
        value={view}
        options={[
          { value: 'section', title: 'Section', icon: Layers },
          { value: 'table', title: 'Table', icon: Table2 },
        ]}
        onChange={(next) =>
          useStrata.setState({ view: next, ...(next === 'table' ? { compareWith: null } : {}) })
        }
      />
    </div>
  );
}

export interface StrategySelectProps {
  readonly label: string;
  readonly value: StrategyName;
  readonly onChange: (strategy: StrategyName) => void;
}

export function StrategySelect({ label, value, onChange }: StrategySelectProps) {
  return (
    <Select
      aria-label={label}
      className={styles.select}
      title={strategyInfo(value).hint}
      value={value}
      options={OFFERED_STRATEGIES.map((name) => ({ value: name, title: strategyInfo(name).title }))}
      onChange={(value) => onChange(value)}
    />
  );
}

/** The thresholds of Nixery's strategy, which its authors chose by feeling. */
function Thresholds() {
  const { layering } = useTheDocument();
  const { closureSizeThreshold, popularityThreshold } = layering;
  const set = (change: Parameters<typeof setLayering>[1], name: string) =>
    edit((document) => setLayering(document, change, `Change the ${name} threshold`, name));
  return (
    <Popover
      label="Thresholds"
      trigger={
        <Button variant="ghost" icon={SlidersHorizontal}>
          Thresholds
        </Button>
      }
    >
      <Field
        label="Closure size"
        hint={`A path whose closure is larger gets a layer of its own. ${formatBytes(closureSizeThreshold ?? NIXERY_CLOSURE_SIZE_THRESHOLD)}${closureSizeThreshold === undefined ? ' unless you say otherwise' : ''}.`}
      >
        {(control) => (
          <TextInput
            {...control}
            inputMode="numeric"
            placeholder={String(NIXERY_CLOSURE_SIZE_THRESHOLD)}
            value={closureSizeThreshold ?? ''}
            trailing="bytes"
            onChange={({ target }) =>
              set({ closureSizeThreshold: wholeNumber(target.value) }, 'closure size')
            }
          />
        )}
      </Field>
      <Field
        label="Popularity"
        hint={`A path that at least so many packages need gets a layer of its own. ${NIXERY_POPULARITY_THRESHOLD} unless you say otherwise.`}
      >
        {(control) => (
          <TextInput
            {...control}
            inputMode="numeric"
            placeholder={String(NIXERY_POPULARITY_THRESHOLD)}
            value={popularityThreshold ?? ''}
            onChange={({ target }) => set({ popularityThreshold: wholeNumber(target.value) }, 'popularity')}
          />
        )}
      </Field>
    </Popover>
  );
}
