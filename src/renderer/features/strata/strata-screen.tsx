import { useMemo, useRef, useState } from 'react';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { nodeOf } from '../../../engine/graph/reach.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { ImageResult } from '../../../shared/contract/images.ts';
import { MAX_BUDGET } from '../../../shared/document.ts';
import { formatBytes } from '../../../shared/format.ts';
import { Split } from '../../components/split.tsx';
import { useElementSize } from '../../components/use-element-size.ts';
import { useWaste } from '../../file-tree/use-waste.ts';
import { ClosureGate, PlanGate } from '../../inspect/closure-gate.tsx';
import { PathInspector } from '../../inspect/path-inspector.tsx';
import { holdersOf, takenOver } from '../../layers/holders.ts';
import { layerLabels } from '../../layers/layer-labels.ts';
import {
  type FactsSource,
  factsSource,
  type LayeringFacts,
  thereFacts,
} from '../../layers/layering-facts.ts';
import { Legend } from '../../layers/legend.tsx';
import { ScaleLine } from '../../layers/scale-line.tsx';
import { type Baseline, useBaseline } from '../../registry/baseline.ts';
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
import { changeInWords, FactsStrip, type NumbersBefore } from './facts-strip.tsx';
import { LayerInspector } from './layer-inspector.tsx';
import { Overview } from './overview.tsx';
import styles from './strata-screen.module.css';
import { openLayerOf, useStrata } from './strata-state.ts';
import { StrataTable } from './strata-table.tsx';
import { StrategyBar, StrategySelect } from './strategy-bar.tsx';
import { UploadStrip } from './upload-strip.tsx';
import { useExplanation } from './use-explanation.ts';
import { useSectionScale } from './use-section-scale.ts';

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
  const baseline = useBaseline();
  const waste = useWaste(image?.image ?? null, false);
  const selectedPath = useUi((state) => state.selectedPath);
  const { liveBudget, compareWith, view } = useStrata();
  const budget = liveBudget ?? document.layering.budget;
  const layering = { ...document.layering, budget };
  // The same as the document's, unless each budget is a plan of its own.
  const plan = useShownPlan({ layering }) ?? planOfDocument;
  const other = usePlan(compareWith === null ? null : { layering: { budget, strategy: compareWith } });

  // A document of before may have more than is offered now.
  const most = Math.max(MAX_BUDGET, document.layering.budget);
  const { facts, before, marked } = useFacts(closure, baseline);
  const label = useMemo(() => layerLabels(closure), [closure]);
  const costs = useCosts(facts, plan, most);
  const holders = useMemo(() => holdersOf(closure.graph, plan.known), [closure, plan]);
  const otherHolders = useMemo(() => other && holdersOf(closure.graph, other.known), [closure, other]);

  const layers = useMemo(() => plan.layers(budget), [plan, budget]);
  const otherLayers = useMemo(() => other?.layers(budget) ?? null, [other, budget]);
  const columns = useMemo(() => [layers, ...(otherLayers ? [otherLayers] : [])], [layers, otherLayers]);
  const body = useRef<HTMLDivElement>(null);
  const { height } = useElementSize(body);
  const scale = useSectionScale(columns, height);
  const numbers = facts.facts(layers);
  const chosen = useMemo(
    () => facts.facts(planOfDocument.layers(document.layering.budget)),
    [facts, planOfDocument, document.layering.budget],
  );
  const hand = useHand(facts, plan, chosen);
  const { openedNode, opened, onOpen } = useOpened(closure, layers);
  const selectedNode = selectedPath === null ? -1 : nodeOf(closure.graph, selectedPath);
  const explanation = useExplanation(closure, plan, document.layering.strategy, layers, layers[opened]);
  const shared = { closure, facts, label, openedNode, marked, holders, onOpen };

  return (
    <Split id="strata" panes={[{ id: 'strata' }, { id: 'inspector', size: 316, min: 240, max: 520 }]}>
      <div className={styles.stage}>
        <div
          ref={hand.top}
          className={styles.top}
          style={hand.topHeight === null ? undefined : { height: hand.topHeight, overflow: 'hidden' }}
        >
          <FactsStrip
            facts={numbers}
            budget={budget}
            totalBytes={closure.totalBytes}
            leastUpdateBytes={facts.leastUpdateBytes}
            baseline={baseline}
            reference={numbersBefore(
              before && { ...before, title: baseline.title },
              liveBudget === null ? null : chosen,
            )}
            taken={holders && takenOver(layers, holders)}
            packed={image && packedInWords(image, waste)}
          />
          <StrategyBar closure={closure} />
          <UploadStrip baseline={baseline} forecast={numbers} />
        </div>
        <p role="status" className="visually-hidden">
          {hand.said}
        </p>
        <div ref={body} className={styles.body}>
          <BudgetDrill
            budget={budget}
            most={most}
            layers={numbers.layers}
            maxLayers={plan.maxLayers}
            costs={costs}
            words={liveBudget === null ? '' : changeInWords(numbers, chosen)}
            onDrag={hand.live}
            onDone={hand.done}
          />
          {view === 'table' ? (
            <div className={styles.tablePane}>
              <StrataTable layers={layers} {...shared} />
            </div>
          ) : (
            <CrossSection
              {...shared}
              layers={layers}
              scale={scale}
              dragging={liveBudget !== null}
              name="Strata"
            />
          )}
          {otherLayers !== null && (
            <>
              <Ribbons left={layers} right={otherLayers} scale={scale} height={height} />
              <CrossSection
                {...shared}
                holders={otherHolders}
                layers={otherLayers}
                scale={scale}
                dragging={liveBudget !== null}
                name={`Strata by ${compareWith}`}
              />
            </>
          )}
        </div>
        {compareWith !== null && otherLayers !== null && (
          <ComparisonFoot left={numbers} right={facts.facts(otherLayers)} compareWith={compareWith} />
        )}
        <Legend from={closure.sharingFrom} marked={marked ? baseline.title : null} known={holders !== null}>
          {view === 'section' && <ScaleLine scale={scale} />}
        </Legend>
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
            marked={marked}
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

/** What an update moves at each budget from 1; empty where that cannot be told at once. */
function useCosts(facts: FactsSource, plan: ShownPlan, most: number): readonly number[] {
  return useMemo(() => {
    if (facts.leastUpdateBytes === null || !plan.answersEveryBudget) return [];
    return Array.from({ length: most }, (_, b) => facts.facts(plan.layers(b + 1)).updateBytes ?? 0);
  }, [facts, plan, most]);
}

/** Under the hand: the numbers where it began. At rest: those of what is there. */
function numbersBefore(there: NumbersBefore | null, began: LayeringFacts | null): NumbersBefore | null {
  return began === null ? there : { ...began, title: `${began.layers} layers` };
}

/** The numbers of layers, set against the image that is chosen for it. */
function useFacts(closure: Closure, { kind, layers: there, compressionRatio }: Baseline) {
  const comparedWith = useMemo(() => ({ layers: there, compressionRatio }), [there, compressionRatio]);
  const facts = useMemo(() => factsSource(closure, comparedWith), [closure, comparedWith]);
  const before = useMemo(() => thereFacts(closure, comparedWith), [closure, comparedWith]);
  return { facts, before, marked: before !== null || (there === null && kind === 'reference') };
}

/** The layer that is open in the inspector: one of its nodes, and its place among the layers, both -1 where none is. */
function useOpened({ graph }: Closure, layers: readonly PlannedLayer[]) {
  const { openedPath } = useStrata();
  const openedNode = openedPath === null ? -1 : nodeOf(graph, openedPath);
  const opened = layers.findIndex(({ nodes }) => nodes.includes(openedNode));
  return { openedNode, opened, onOpen: (node: number) => openLayerOf(itemAt(graph.paths, node)) };
}

/** The hand on the drill: what it does, and what that did, for who does not see it. @param chosen where it begins */
function useHand(facts: FactsSource, plan: ShownPlan, chosen: LayeringFacts) {
  const [said, setSaid] = useState('');
  const top = useRef<HTMLDivElement>(null);
  const [topHeight, setTopHeight] = useState<number | null>(null);
  const live = (next: number) => {
    // What is above it keeps its height while the hand is on the drill, whatever it comes to say.
    setTopHeight((kept) => kept ?? top.current?.offsetHeight ?? null);
    useStrata.setState({ liveBudget: next });
  };
  const done = (next: number | null) => {
    setTopHeight(null);
    useStrata.setState({ liveBudget: null });
    if (next === null) return;
    edit((current) => setBudget(current, next));
    if (plan.answersEveryBudget) setSaid(changeInWords(facts.facts(plan.layers(next)), chosen));
  };
  return { said, top, topHeight, live, done };
}

/** What the last image weighs in other measures than that of the headline. */
function packedInWords({ layers }: ImageResult, waste: string | null): string {
  const [raw, blobs] = layers.reduce(
    ([sizes, compressed], { sizeBytes, compressedBytes }) => [
      sizes + sizeBytes,
      compressed + compressedBytes,
    ],
    [0, 0],
  );
  return `As it was packed last: ${formatBytes(raw)} in layer archives (tar), the root layer included; ${formatBytes(blobs)} compressed. ${waste === null ? 'Files says how much of it is waste.' : `${waste}.`}`;
}

interface ComparisonFootProps {
  readonly left: LayeringFacts;
  readonly right: LayeringFacts;
  readonly compareWith: Parameters<typeof StrategySelect>[0]['value'];
}

/** The other strategy, and how its numbers differ. */
function ComparisonFoot({ left, right, compareWith }: ComparisonFootProps) {
  return (
    <footer className={styles.foot}>
      <span>
        {left.layers} layers · largest {formatBytes(left.largestBytes)}
        {left.updateBytes !== null && ` · ${formatBytes(left.updateBytes)} fetched again per update`}
      </span>
      <span className={styles.right}>
        <StrategySelect
          label="Compare with"
          value={compareWith}
          onChange={(strategy) => useStrata.setState({ compareWith: strategy })}
        />
        {right.layers} layers · largest {formatBytes(right.largestBytes)}
        {right.updateBytes !== null && ` · ${formatBytes(right.updateBytes)} fetched again per update`}
      </span>
    </footer>
  );
}
