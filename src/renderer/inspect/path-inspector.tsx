import { Boxes, Network, Trash2, X } from 'lucide-react';
import { useMemo } from 'react';
import { neighbours } from '../../engine/graph/csr.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import { count, formatBytes, formatCount } from '../../shared/format.ts';
import { Button, IconButton } from '../components/button.tsx';
import { CopyButton } from '../components/failure-card.tsx';
import { Facts, Section } from '../components/section.tsx';
import { rootsNeeding } from '../layers/needed-by.ts';
import type { Closure } from '../state/closure/analysis.ts';
import { useClosure } from '../state/closure/store.ts';
import { editAndTell } from '../state/document/actions.ts';
import { removePackages } from '../state/document/edits.ts';
import { nameAndVersion } from '../state/format.ts';
import { selectPath, showScreen, useUi } from '../state/ui.ts';
import { freedBytes, rootPackages } from './package-of.ts';
import styles from './path-inspector.module.css';
import { PathLayering } from './path-layering.tsx';
import { WhyHere } from './why-here.tsx';

export interface PathInspectorProps {
  readonly closure: Closure;
  readonly node: number;
}

/** Everything about one store path: what it costs, why it is here, and what can be done about it. */
export function PathInspector({ closure, node }: PathInspectorProps) {
  const screen = useUi((state) => state.screen);
  const { graph, names, referrers, references, dominatedBytes, dominators, popularity } = closure;
  const fullName = itemAt(names, node);
  const { name, version } = nameAndVersion(fullName);
  const needs = neighbours(references, node).length;
  const neededBy = neighbours(referrers, node).length;
  const popular = Object.hasOwn(popularity, fullName) ? popularity[fullName] : undefined;
  return (
    <div className={styles.inspector}>
      <header className={styles.header}>
        <div className={styles.title}>
          <h2>{name}</h2>
          {version && <span>{version}</span>}
        </div>
        <IconButton icon={X} size={15} label="Close the path" onClick={() => selectPath(null)} />
      </header>
      <Section title="What it costs">
        <Facts
          facts={[
            ['Itself', formatBytes(itemAt(graph.narSizes, node))],
            ['Its closure', formatBytes(itemAt(graph.closureSizes, node))],
            [
              'Goes with it',
              `${formatBytes(itemAt(dominatedBytes, node))} in ${count(itemAt(dominators.counts, node), 'path')}`,
            ],
            ['References', `${needs} out, ${neededBy} in`],
            ...(popular === undefined
              ? []
              : [['Needed by', `${formatCount(popular)} packages of the source`] as const]),
          ]}
        />
      </Section>
      <Section title={`Why is ${name} here`}>
        <WhyHere closure={closure} node={node} />
      </Section>
      <PathLayering closure={closure} node={node} />
      <RemoveSection closure={closure} node={node} />
      <Section title="Store path">
        <code className={styles.path}>{graph.paths[node]}</code>
        <div className={styles.actions}>
          <CopyButton text={itemAt(graph.paths, node)} />
          {screen !== 'graph' && (
            <Button small variant="ghost" icon={Network} onClick={() => showScreen('graph')}>
              In the graph
            </Button>
          )}
          {screen !== 'dominators' && (
            <Button small variant="ghost" icon={Boxes} onClick={() => showScreen('dominators')}>
              By weight
            </Button>
          )}
        </div>
      </Section>
    </div>
  );
}

/** Which packages would have to go for this path to go, and what that frees. */
function RemoveSection({ closure, node }: PathInspectorProps) {
  const build = useClosure((state) => state.build);
  const needed = useMemo(() => rootsNeeding(closure, [node]), [closure, node]);
  const freed = useMemo(() => freedBytes(closure, new Set(needed)), [closure, needed]);
  if (build === null) return null;
  const packages = rootPackages(build, closure);
  const asked = needed.flatMap((root) => packages.get(root)?.asked ?? []);
  const byDefault = needed.filter((root) => packages.get(root)?.asked === null);
  const names = [...new Set(asked)];
  return (
    <Section title="To be rid of it">
      {byDefault.length > 0 ? (
        <p>Every image gets it: {byDefault.map((root) => packages.get(root)?.title).join(', ')}.</p>
      ) : (
        <>
          <p>
            {names.length === 1 ? (
              <>
                Only <strong>{names[0]}</strong> leads here.
              </>
            ) : (
              <>All of {names.join(', ')} lead here.</>
            )}{' '}
            Removing {names.length === 1 ? 'it' : 'them'} frees {formatBytes(freed)}.
          </p>
          <div className={styles.actions}>
            <Button
              small
              variant="danger"
              icon={Trash2}
              onClick={() =>
                editAndTell(
                  (document) => removePackages(document, names),
                  names.length === 1 ? `${names[0]} removed` : `${names.length} packages removed`,
                  'Rebuild to see the image without.',
                )
              }
            >
              Remove {names.length === 1 ? names[0] : `${names.length} packages`} · frees {formatBytes(freed)}
            </Button>
          </div>
        </>
      )}
    </Section>
  );
}
