import { useState } from 'react';
import { NIX_EXPRESSIONS, type NixExpressionKind } from '../../../shared/nix-expression.ts';
import { Card } from '../../components/card.tsx';
import { CopyButton, FailureCard } from '../../components/failure-card.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useOpen, useTheDocument } from '../../state/document/store.ts';
import { questions, useAnswer } from '../../state/questions.ts';
import styles from './ship.module.css';

/** The document as an expression for those who build images with Nix alone. */
export function NixSection() {
  const document = useTheDocument();
  const { path } = useOpen();
  const [kind, setKind] = useState<NixExpressionKind>('dockerTools');
  const { value, failure, retry } = useAnswer(
    questions().documents.nixExpression.queryOptions({ input: { document, path, kind } }),
  );
  const text = value?.text ?? '';

  return (
    <Card title="Copy as Nix">
      <div className={styles.line}>
        <Segmented
          label="Nix library"
          value={kind}
          options={NIX_EXPRESSIONS.map((value) => ({ value, title: value }))}
          onChange={setKind}
        />
        <span className={styles.space} />
        <CopyButton text={text} title="Copy expression" />
      </div>
      {failure ? (
        <FailureCard
          compact
          title="The document cannot be written as Nix"
          failure={failure}
          onRetry={retry}
        />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <pre className={styles.code} tabIndex={0}>
          {text}
        </pre>
      )}
    </Card>
  );
}
