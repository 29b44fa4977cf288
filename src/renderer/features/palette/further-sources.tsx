import { Pencil, Plus, Trash2 } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import type { PackageSource } from '../../../shared/document.ts';
import { count } from '../../../shared/format.ts';
import { sourceEntries, sourceNameSchema, splitPackageName } from '../../../shared/package-sources.ts';
import { formatSource, parseSource } from '../../../shared/source-notation.ts';
import { toFailure } from '../../client/failure.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { InputField } from '../../components/field.tsx';
import { editAndTell } from '../../state/document/actions.ts';
import { removeNamedSource, setNamedSource } from '../../state/document/edits.ts';
import { asSentence, problemOf } from '../../state/document/schema-problem.ts';
import { edit, useTheDocument } from '../../state/document/store.ts';
import styles from './further-sources.module.css';
import { PinButton } from './pin-button.tsx';

/** Further sources by name: packages of them are NAME:ATTRIBUTE. */
export function FurtherSources() {
  const document = useTheDocument();
  const [form, setForm] = useState({ name: '', source: '' });
  const named = sourceEntries(document).flatMap(({ name, source }) =>
    name === null ? [] : [{ name, source }],
  );
  return (
    <section className={styles.section} aria-label="Sources with a name">
      <h3 className={styles.title}>Further sources</h3>
      <p className={styles.quiet}>
        Packages of one are asked for as {named[0]?.name ?? 'tools'}:NAME, and make one image with the others.
      </p>
      {named.length > 0 && (
        <ul className={styles.list}>
          {named.map(({ name, source }) => (
            <li key={name} className={styles.entry}>
              <strong>{name}</strong>
              <code className={styles.notation} title={formatSource(source)}>
                {formatSource(source)}
              </code>
              <PinButton
                name={name}
                source={source}
                onPin={(pinned) => edit((current) => setNamedSource(current, name, pinned))}
              />
              <IconButton
                icon={Pencil}
                size={13}
                label={`Change the source ${name}`}
                onClick={() => setForm({ name, source: formatSource(source) })}
              />
              <IconButton
                icon={Trash2}
                size={13}
                label={`Remove the source ${name}`}
                onClick={() => remove(name, document.packages)}
              />
            </li>
          ))}
        </ul>
      )}
      <SourceForm form={form} onForm={setForm} known={named.map(({ name }) => name)} />
    </section>
  );
}

function remove(name: string, packages: readonly string[]): void {
  const gone = packages.filter((each) => splitPackageName(each).source === name);
  if (gone.length === 0) edit((document) => removeNamedSource(document, name));
  else
    editAndTell(
      (document) => removeNamedSource(document, name),
      `Without the source ${name}`,
      `${count(gone.length, 'package')} of it went too: ${gone.join(', ')}.`,
    );
}

interface SourceFormProps {
  readonly form: { readonly name: string; readonly source: string };
  readonly onForm: (form: SourceFormProps['form']) => void;
  readonly known: readonly string[];
}

function SourceForm({ form: { name, source }, onForm, known }: SourceFormProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const nameProblem = name === '' ? null : problemOf(sourceNameSchema, name);
  const isKnown = known.includes(name);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name === '' || source.trim() === '' || nameProblem !== null) return;
    let read: PackageSource;
    try {
      read = parseSource(source);
    } catch (error) {
      setProblem(toFailure(error)?.message ?? null);
      return;
    }
    edit((document) => setNamedSource(document, name, read));
    onForm({ name: '', source: '' });
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-label="Source with a name">
      <InputField
        label="Name"
        mono
        placeholder="tools"
        value={name}
        error={nameProblem === null ? null : asSentence(nameProblem)}
        onChange={(text) => onForm({ name: text, source })}
      />
      <InputField
        label="Source"
        mono
        placeholder="flake:. or path:./set"
        value={source}
        error={problem}
        onChange={(text) => {
          onForm({ name, source: text });
          setProblem(null);
        }}
      />
      <Button
        type="submit"
        icon={isKnown ? Pencil : Plus}
        disabled={name === '' || source.trim() === '' || nameProblem !== null}
      >
        {isKnown ? 'Change it' : 'Add it'}
      </Button>
    </form>
  );
}
