import { Fragment } from 'react';
import { CopyButton } from './failure-card.tsx';
import styles from './json-view.module.css';

export interface JsonViewProps {
  readonly value: unknown;
  readonly name: string;
}

/** JSON to be read: laid out, with names, texts and numbers told apart. */
export function JsonView({ value, name }: JsonViewProps) {
  const text = JSON.stringify(value, null, 2) ?? '';
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard
    <section className={styles.json} tabIndex={0} aria-label={`${name} as JSON`}>
      <pre>
        {text.split('\n').map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
          <Fragment key={index}>
            <Line line={line} />
            {'\n'}
          </Fragment>
        ))}
      </pre>
    </section>
  );
}

export interface JsonPaneProps extends JsonViewProps {
  readonly title: string;
}

/** JSON with its title, and a way to copy it. */
export function JsonPane({ title, name, value }: JsonPaneProps) {
  return (
    <section className={styles.pane} aria-label={title}>
      <header className={styles.head}>
        <h2>{title}</h2>
        <CopyButton text={JSON.stringify(value, null, 2)} />
      </header>
      <JsonView value={value} name={name} />
    </section>
  );
}

const PARTS = /^(\s*)(?:("(?:[^"\\]|\\.)*")(: ?))?(.*?)(,?)$/;

function Line({ line }: { readonly line: string }) {
  const [, indent = '', key, colon, value = '', comma = ''] = PARTS.exec(line) ?? [];
  const kind = value.startsWith('"') ? styles.text : /^[-\dtfn]/.test(value) ? styles.other : undefined;
  return (
    <>
      {indent}
      {key && <span className={styles.key}>{key}</span>}
      {colon}
      <span className={kind}>{value}</span>
      {comma}
    </>
  );
}
