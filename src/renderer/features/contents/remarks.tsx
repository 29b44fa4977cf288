import type { Contents } from '../../../shared/contract/contents.ts';
import { count } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { removeOwn, setFile, setPriority } from '../../state/document/root-edits.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import styles from './contents-screen.module.css';

/** More of them are scrolled. */
const IN_SIGHT = 5;

export interface RemarksProps {
  readonly contents: Contents;
  /** Whether the document has changed since: what is chosen by its place in it would be another. */
  readonly isStale: boolean;
}

/** What is to be chosen, what did not go as asked, and what else the user should know. */
export function Remarks({ contents, isStale }: RemarksProps) {
  const { clashes, conflicts, omissions, notices } = contents;
  const choices = priorityChoices(conflicts);
  const settled = new Set(choices.flatMap(({ texts }) => texts));
  const lines = [
    ...conflicts.map(({ text }) => text).filter((text) => !settled.has(text)),
    ...omissions,
    ...notices,
  ];
  const titles = [
    conflicts.length > 0 && count(conflicts.length, 'conflict'),
    omissions.length > 0 && `${omissions.length} left out`,
    notices.length > 0 && count(notices.length, 'notice'),
  ].filter((title) => title !== false);
  return (
    <>
      {clashes.length > 0 && <Clashes clashes={clashes} isStale={isStale} />}
      {lines.length + choices.length > 0 && (
        <details className={styles.remarks} open={lines.length + choices.length <= IN_SIGHT}>
          <summary>{titles.join(', ')}</summary>
          <ul tabIndex={lines.length > IN_SIGHT ? 0 : undefined} aria-label="Conflicts and notices">
            {choices.map((choice) => (
              <li key={`${choice.kept} ${choice.dropped}`} className={styles.choice}>
                <span title={choice.texts.join('\n')}>{choiceText(choice)}</span>
                <Button
                  small
                  disabled={isStale}
                  onClick={() =>
                    edit((document) => setPriority(document, choice.dropped, choice.winningPriority))
                  }
                >{`Take those of ${choice.dropped}`}</Button>
              </li>
            ))}
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Files of the document that are in the way of something: nothing is built before that is settled. */
function Clashes({ clashes, isStale }: Pick<Contents, 'clashes'> & Pick<RemarksProps, 'isStale'>) {
  const { files = [] } = useTheDocument();
  return (
    <section className={styles.clashes} aria-label="To be chosen">
      <p>
        <strong>{count(clashes.length, 'file')} in the way.</strong> The image cannot be made before that is
        settled; the tree is as if each were replaced.
      </p>
      <ul>
        {clashes.map(({ index, path, owner }) => (
          <li key={index} className={styles.choice}>
            <span>
              <code>{path}</code> of {owner} is where <code>{files[index]?.from ?? `files[${index}]`}</code>{' '}
              goes
            </span>
            <Button
              small
              disabled={isStale}
              aria-label={`Replace ${path} of ${owner}`}
              onClick={() => edit((document) => setFile(document, index, { replace: true }))}
            >
              Replace it
            </Button>
            <Button
              small
              disabled={isStale}
              aria-label={`Keep ${path} of ${owner}`}
              onClick={() => edit((document) => removeOwn(document, `files[${index}]`))}
            >
              Keep it
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface PriorityChoice {
  readonly kept: string;
  readonly dropped: string;
  readonly winningPriority: number;
  readonly paths: readonly string[];
  readonly texts: readonly string[];
}

/** Conflicts of packages that a priority settles, those of the same two together. */
function priorityChoices(conflicts: Contents['conflicts']): PriorityChoice[] {
  const choices = new Map<string, PriorityChoice>();
  for (const { path, kept, dropped, winningPriority, text } of conflicts) {
    if (winningPriority === null) continue;
    const key = `${kept} ${dropped}`;
    const before = choices.get(key);
    choices.set(key, {
      kept,
      dropped,
      winningPriority,
      paths: [...(before?.paths ?? []), path],
      texts: [...(before?.texts ?? []), text],
    });
  }
  return [...choices.values()];
}

function choiceText({ kept, dropped, paths: [first = '', ...others] }: PriorityChoice): string {
  const what =
    others.length === 0 ? `${first} is in` : `${first} and ${count(others.length, 'other file')} are in`;
  return `${what} ${kept} and ${dropped}: ${kept} comes first.`;
}
