import { ChevronRight } from 'lucide-react';
import { Fragment, useMemo } from 'react';
import { itemAt } from '../../engine/graph/item-at.ts';
import type { Closure } from '../state/closure/analysis.ts';
import { whyChains } from '../state/closure/why.ts';
import { withoutVersion } from '../state/format.ts';
import { selectPath } from '../state/ui.ts';
import styles from './why-here.module.css';

const MOST_CHAINS = 24;

export interface WhyHereProps {
  readonly closure: Closure;
  readonly node: number;
}

/** All shortest ways from the packages of the document to a path; each step can be followed. */
export function WhyHere({ closure, node }: WhyHereProps) {
  const { graph, references, referrers, names } = closure;
  const { chains, more } = useMemo(
    () => whyChains(references, referrers, graph.roots, node, MOST_CHAINS),
    [references, referrers, graph, node],
  );
  return (
    <>
      <ol className={styles.chains} aria-label="Ways from the packages to this path">
        {chains.map((chain) => (
          <li key={chain.join(' ')} className={styles.chain}>
            {chain.map((step, index) => (
              <Fragment key={step}>
                {index > 0 && <ChevronRight size={12} aria-label="needs" className={styles.arrow} />}
                {step === node ? (
                  <strong>{withoutVersion(itemAt(names, step))}</strong>
                ) : (
                  <button
                    type="button"
                    className={styles.step}
                    title={names[step]}
                    onClick={() => selectPath(itemAt(graph.paths, step))}
                  >
                    {withoutVersion(itemAt(names, step))}
                  </button>
                )}
              </Fragment>
            ))}
          </li>
        ))}
      </ol>
      {more && <p className={styles.more}>There are more ways than the {MOST_CHAINS} shown.</p>}
    </>
  );
}
