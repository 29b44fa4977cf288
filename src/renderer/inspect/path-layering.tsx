import { Link2, Link2Off, Pin, PinOff, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { itemAt } from '../../engine/graph/item-at.ts';
import { hintNames } from '../../engine/plan/hints.ts';
import { versionPattern } from '../../engine/plan/popularity-match.ts';
import { Button } from '../components/button.tsx';
import { Section } from '../components/section.tsx';
import { OtherStrategy } from '../layers/other-strategy.tsx';
import type { Closure } from '../state/closure/analysis.ts';
import { dropHints, keepApart, keepTogether, makeVolatile, pin } from '../state/document/edits.ts';
import { edit, useTheDocument } from '../state/document/store.ts';
import { withoutVersion } from '../state/format.ts';
import { FindPath } from './find-path.tsx';
import styles from './path-layering.module.css';

export interface PathLayeringProps {
  readonly closure: Closure;
  readonly node: number;
}

/** What the user wants of a path's layer: its own, with another path, or the last one. */
export function PathLayering({ closure, node }: PathLayeringProps) {
  const { layering } = useTheDocument();
  const [choosing, setChoosing] = useState(false);
  const name = versionPattern(itemAt(closure.names, node));
  const shown = withoutVersion(itemAt(closure.names, node));
  const names = hintNames(itemAt(closure.graph.paths, node));
  const pins = layering.pins?.filter((other) => names.has(other)) ?? [];
  const volatiles = layering.volatile?.filter((other) => names.has(other)) ?? [];
  const pinned = pins.length > 0;
  const volatile = volatiles.length > 0;
  const companions = layering.keepTogether?.find((list) => list.some((other) => names.has(other))) ?? [];
  const kept = companions.find((other) => names.has(other)) ?? name;
  const isHinted = pinned || volatile || companions.length > 0;
  return (
    <Section title="Its layer">
      <div className={styles.actions}>
        <Button
          small
          icon={pinned ? PinOff : Pin}
          aria-pressed={pinned}
          onClick={() =>
            edit((document) => (pinned ? dropHints(document, 'pins', pins) : pin(document, name)))
          }
        >
          {pinned ? 'Unpin' : 'Pin to its own layer'}
        </Button>
        {companions.length > 0 ? (
          <Button small icon={Link2Off} onClick={() => edit((document) => keepApart(document, kept))}>
            No longer keep together
          </Button>
        ) : (
          <Button small icon={Link2} aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
            Keep with…
          </Button>
        )}
        <Button
          small
          icon={RefreshCw}
          aria-pressed={volatile}
          onClick={() =>
            edit((document) =>
              volatile ? dropHints(document, 'volatile', volatiles) : makeVolatile(document, name),
            )
          }
        >
          {volatile ? 'Does not change that often' : 'Changes with every build'}
        </Button>
      </div>
      {choosing && companions.length === 0 && (
        <div className={styles.choose}>
          <FindPath
            closure={closure}
            icon={Link2}
            onFind={(other) => {
              setChoosing(false);
              if (other === node) return;
              edit((document) =>
                keepTogether(document, [name, versionPattern(itemAt(closure.names, other))]),
              );
            }}
          />
        </div>
      )}
      {companions.length > 0 && (
        <p className={styles.note}>
          {shown} stays in one layer with{' '}
          {companions
            .filter((other) => other !== kept)
            .map((other) => other.replace(/-\*.*$/, ''))
            .join(', ')}
          .
        </p>
      )}
      {isHinted && layering.strategy !== 'strata' && (
        <p className={styles.note}>
          <OtherStrategy>Only the Strata strategy looks at this.</OtherStrategy>
        </p>
      )}
    </Section>
  );
}
