import { useEffect, useState } from 'react';
import { NIX_EXPRESSIONS, type NixExpressionKind } from '../../../shared/nix-expression.ts';
import { type ShownFailure, toFailure } from '../../client/failure.ts';
import { CopyButton, FailureCard } from '../../components/failure-card.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useTheDocument } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import styles from './ship.module.css';

/** The document as an expression for those who build images with Nix alone. */
export function NixSection() {
  const document = useTheDocument();
  const [kind, setKind] = useState<NixExpressionKind>('dockerTools');
  const [text, setText] = useState('');
  const [failure, setFailure] = useState<ShownFailure | null>(null);

  useEffect(() => {
    const end = new AbortController();
    host()
      .documents.nixExpression({ document, kind }, { signal: end.signal })
      .then((answer) => {
        setFailure(null);
        setText(answer.text);
      })
      .catch((error: unknown) => end.signal.aborted || setFailure(toFailure(error)));
    return () => end.abort();
  }, [document, kind]);

  return (
    <section className={styles.section} aria-labelledby="nix-title">
      <h2 id="nix-title">Copy as Nix</h2>
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
        <FailureCard compact title="The document cannot be written as Nix" failure={failure} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <pre className={styles.code} tabIndex={0}>
          {text}
        </pre>
      )}
    </section>
  );
}
