import { useMemo } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { nodeOf } from '../../../engine/graph/reach.ts';
import { MAX_BUDGET } from '../../../shared/document.ts';
import { formatBytes } from '../../../shared/format.ts';
import { Split } from '../../components/split.tsx';
import { ClosureGate, PlanGate } from '../../inspect/closure-gate.tsx';
import { PathInspector } from '../../inspect/path-inspector.tsx';
import { holdersOf, takenOver } from '../../layers/holders.ts';
import { layerLabels } from '../../layers/layer-labels.ts';
import { factsSource, lastImageFacts } from '../../layers/layering-facts.ts';
import { Legend } from '../../layers/legend.tsx';
import type { Closure } from '../../state/closure/analysis.ts';
import type { ShownPlan } from '../../state/closure/planner.ts';
import { useClosure } from '../../state/closure/store.ts';
import { usePlan, useShownPlan } from '../../state/closure/use-plan.ts';
import { setBudget } from '../../state/document/edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import { useUi } from '../../state/ui.ts';
import { BudgetDrill } from './budget-drill.tsx';
import { Ribbons } from './comparison.tsx';
import { CrossSection } from './cross-section.tsx';
import { FactsStrip } from './facts-strip.tsx';
import { LayerInspector } from './layer-inspector.tsx';
import { Overview } from './overview.tsx';
import styles from './strata-screen.module.css';
import { openLayerOf, useStrata } from './strata-state.ts';
import { StrataTable } from './strata-table.tsx';
import { StrategyBar, StrategySelect } from './strategy-bar.tsx';
import { UploadStrip } from './upload-strip.tsx';
import { useExplanation } from './use-explanation.ts';

/** The image in cross-section, and the budget under the hand. */
export function StrataScreen() {
  return (
    <ClosureGate title="Strata">
      {(closure) => <PlanGate>{(plan) => <Strata closure={closure} plan={plan} />}</PlanGate>}
    </ClosureGate>
  );
}

interface StrataProps {
  readonly closure: Closure;
  readonly plan: ShownPlan;
}

function Strata({ closure, plan: planOfDocument }: StrataProps) {
  const document = useTheDocument();
  const image = useClosure((state) => state.image);
  const selectedPath = useUi((state) => state.selectedPath);
  const { liveBudget, compareWith, view, openedNode } = useStrata();
  const budget = liveBudget ?? document.layering.budget;
  const layering = { ...document.layering, budget };
  // The same as the document's, unless each budget is a plan of its own.
  const plan = useShownPlan({ layering }) ?? planOfDocument;
  const other = usePlan(compareWith === null ? null : { layering: { budget, strategy: compareWith } });

  // A document of before may have more than is offered now.
  const most = Math.max(MAX_BUDGET, document.layering.budget);
  const facts = useMemo(() => factsSource(closure, image), [closure, image]);
  const label = useMemo(() => layerLabels(closure), [closure]);
  const costs = useMemo(() => {
    if (facts.leastUpdateBytes === null || !plan.answersEveryBudget) return [];
    return Array.from({ length: most }, (_, b) => facts.facts(plan.layers(b + 1)).updateBytes ?? 0);
  }, [facts, plan, most]);
  const holders = useMemo(() => holdersOf(closure.graph, plan.known), [closure, plan]);
  const otherHolders = useMemo(() => other && holdersOf(closure.graph, other.known), [closure, other]);
  const before = useMemo(() => lastImageFacts(closure, image), [closure, image]);

  const layers = plan.layers(budget);
  const numbers = facts.facts(layers);
  const opened = openedNode === null ? -1 : layers.findIndex(({ nodes }) => nodes.includes(openedNode));
  const selectedNode = selectedPath === null ? -1 : nodeOf(closure.graph, selectedPath);
  const explanation = useExplanation(closure, plan, document.layering.strategy, layers, layers[opened]);
  const shared = { closure, facts, label, openedNode, marked: before !== null, holders, onOpen: openLayerOf };

  return (
    <Split id="strata" panes={[{ id: 'strata' }, { id: 'inspector', size: 316, min: 240, max: 520 }]}>
      <div className={styles.stage}>
        <header className={styles.head}>
          <FactsStrip
            facts={numbers}
            budget={budget}
            totalBytes={closure.totalBytes}
            leastUpdateBytes={facts.leastUpdateBytes}
            before={before}
            taken={holders && takenOver(layers, holders)}
          />
        </header>
        <StrategyBar closure={closure} />
        <UploadStrip closure={closure} layers={layers} />
        <div className={styles.body}>
          <BudgetDrill
            budget={budget}
            most={most}
            layers={numbers.layers}
            maxLayers={plan.maxLayers}
            costs={costs}
            onDrag={(next) => useStrata.setState({ liveBudget: next })}
            onDone={(next) => {
              useStrata.setState({ liveBudget: null });
              if (next !== null) edit((current) => setBudget(current, next));
            }}
          />
          {view === 'table' ? (
            <div className={styles.tablePane}>
              <StrataTable layers={layers} {...shared} />
            </div>
          ) : (
            <CrossSection {...shared} layers={layers} dragging={liveBudget !== null} name="Strata" />
          )}
          {compareWith !== null && other !== null && (
            <>
              <Ribbons left={layers} right={other.layers(budget)} />
              <CrossSection
                {...shared}
                holders={otherHolders}
                layers={other.layers(budget)}
                dragging={liveBudget !== null}
                name={`Strata by ${compareWith}`}
              />
            </>
          )}
        </div>
        {compareWith !== null && other !== null && (
          <ComparisonFoot
            left={numbers}
            right={facts.facts(other.layers(budget))}
            compareWith={compareWith}
          />
        )}
        <Legend from={closure.sharingFrom} marked={before !== null} known={holders !== null} />
      </div>
      <aside className={styles.inspector} aria-label="Inspector">
        {selectedNode >= 0 ? (
          <PathInspector closure={closure} node={selectedNode} />
        ) : opened >= 0 ? (
          <LayerInspector
            closure={closure}
            layer={itemAt(layers, opened)}
            place={opened + 1}
            facts={facts}
            marked={before !== null}
            holders={holders}
            explanation={explanation}
            strategy={document.layering.strategy}
          />
        ) : (
          <Overview closure={closure} layers={layers} facts={facts} />
        )}
      </aside>
    </Split>
  );
}

interface ComparisonFootProps {
  readonly left: ReturnType<ReturnType<typeof factsSource>['facts']>;
  readonly right: ReturnType<ReturnType<typeof factsSource>['facts']>;
  readonly compareWith: Parameters<typeof StrategySelect>[0]['value'];
}

/** The other strategy, and how its numbers differ. */
function ComparisonFoot({ left, right, compareWith }: ComparisonFootProps) {
  return (
    <footer className={styles.foot}>
      <span>
        {left.layers} layers · largest {formatBytes(left.largestBytes)}
        {left.updateBytes !== null && ` · an update moves ${formatBytes(left.updateBytes)}`}
      </span>
      <span className={styles.right}>
        <StrategySelect
          label="Compare with"
          value={compareWith}
          onChange={(strategy) => useStrata.setState({ compareWith: strategy })}
        />
        {right.layers} layers · largest {formatBytes(right.largestBytes)}
        {right.updateBytes !== null && ` · an update moves ${formatBytes(right.updateBytes)}`}
      </span>
    </footer>
  );
}
