import { EyeOff } from 'lucide-react';
import { useState } from 'react';
import type { FileField } from '../../../shared/document/root-fields.ts';
import { filesSchema } from '../../../shared/document/root-fields.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Field, InputField, Switch, TextAreaField } from '../../components/field.tsx';
import { ListField } from '../../components/list-field.tsx';
import { TakenPathInput } from '../../components/path-input.tsx';
import { parentDirectory } from '../../components/paths.ts';
import { setFile } from '../../state/document/root-edits.ts';
import { problemOf } from '../../state/document/schema-problem.ts';
import { edit, useOpen } from '../../state/document/store.ts';
import styles from './contents-screen.module.css';
import { fromDocument, patternFor } from './own-places.ts';

const CHECKS = filesSchema.element.shape;

export interface OwnFileProps {
  /** In `files`. */
  readonly index: number;
  readonly field: FileField;
  /** What is selected of all that it brings. */
  readonly path: string;
}

/** What the document says of a file of its own, to change. */
export function OwnFile({ index, field, path }: OwnFileProps) {
  const { path: documentPath } = useOpen();
  const { from, text, link, to, exclude = [], replace = false } = field;
  const put = (change: Partial<Record<keyof FileField, unknown>>) =>
    edit((document) => setFile(document, index, change as Parameters<typeof setFile>[2]));
  const pattern = from === undefined ? null : patternFor(path, to);
  return (
    <Card title={`Brought by files[${index}]`}>
      {from !== undefined && (
        <>
          <Field label="File or directory" hint="Relative to the document.">
            {(control) => (
              <TakenPathInput
                {...control}
                value={from}
                directories
                dialog={{
                  title: 'Choose a file',
                  defaultPath: documentPath && parentDirectory(documentPath),
                  filters: [],
                  directory: false,
                }}
                onTake={(taken) => taken !== '' && put({ from: fromDocument(taken, documentPath) })}
              />
            )}
          </Field>
          <ListField
            label="Left out"
            hint="Patterns as in .dockerignore, which is honoured too."
            placeholder="**/*.log"
            addTitle="Add a pattern"
            values={exclude}
            named
            check={(value) => problemOf(CHECKS.exclude, [value])}
            onChange={(patterns) => put({ exclude: patterns.length === 0 ? undefined : patterns })}
          />
          {pattern !== null && (
            <div className={styles.actions}>
              <Button
                small
                icon={EyeOff}
                disabled={exclude.includes(pattern)}
                onClick={() => put({ exclude: [...exclude, pattern] })}
              >
                Leave this one out
              </Button>
            </div>
          )}
        </>
      )}
      {text !== undefined && <OwnText key={text} text={text} onTake={(taken) => put({ text: taken })} />}
      {link !== undefined && <OwnLink key={link} link={link} onTake={(taken) => put({ link: taken })} />}
      <Switch
        label="Replace what else is there"
        hint="Of packages, the base, and other files."
        checked={replace}
        onChange={(on) => put({ replace: on || undefined })}
      />
    </Card>
  );
}

/** A text that is taken when it is left: it is read again each time. */
function OwnText({ text, onTake }: { readonly text: string; readonly onTake: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  return (
    <TextAreaField
      label="Text"
      value={typed}
      onChange={setTyped}
      onBlur={() => typed !== text && onTake(typed)}
    />
  );
}

function OwnLink({ link, onTake }: { readonly link: string; readonly onTake: (link: string) => void }) {
  const [typed, setTyped] = useState(link);
  const problem = problemOf(CHECKS.link, typed);
  const take = () => problem === null && typed !== link && onTake(typed);
  return (
    <InputField
      label="Leads to"
      mono
      value={typed}
      error={problem}
      onChange={setTyped}
      onBlur={take}
      onKeyDown={({ key }) => key === 'Enter' && take()}
    />
  );
}
