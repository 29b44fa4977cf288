import { Plus } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import type { FileField } from '../../../shared/document/root-fields.ts';
import { shell } from '../../client/transport.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Field, InputField, TextAreaField } from '../../components/field.tsx';
import { PathInput } from '../../components/path-input.tsx';
import { parentDirectory } from '../../components/paths.ts';
import { Segmented } from '../../components/segmented.tsx';
import { type Edit, withoutUndefined } from '../../state/document/edits.ts';
import { addDirectory, addOwnFiles } from '../../state/document/root-edits.ts';
import { edit, useOpen } from '../../state/document/store.ts';
import styles from './contents-screen.module.css';
import { wrong } from './entry-checks.ts';
import { fromDocument, inImage, nameOfFile } from './own-places.ts';

const KINDS = [
  { value: 'disk', title: 'From disk' },
  { value: 'text', title: 'Text' },
  { value: 'link', title: 'Link' },
  { value: 'directory', title: 'Directory' },
] as const;
type Kind = (typeof KINDS)[number]['value'];

const EMPTY = { from: '', text: '', link: '', to: '', mode: '', owner: '' };

const NAMES = { disk: 'app', text: 'app.conf', link: 'current', directory: 'data' } as const;

/** Something new in the image. @param directory of the image that it goes to unless another is written */
export function NewEntry({ directory }: { readonly directory: string }) {
  const { path: documentPath } = useOpen();
  const [kind, setKind] = useState<Kind>('disk');
  const [form, setForm] = useState(EMPTY);
  const put = (change: Partial<typeof EMPTY>) => setForm({ ...form, ...change });
  const from = fromDocument(form.from.trim(), documentPath);
  // Where it goes follows from what was chosen until somebody writes it.
  const name = from === '' ? '' : nameOfFile(from);
  const to = form.to || (kind === 'disk' && name !== '' ? inImage(directory, name) : '');
  const needed = { disk: from, text: to, link: form.link, directory: to }[kind];
  const isWrong = [wrong('path', to), wrong('mode', form.mode), wrong('owner', form.owner)].some(
    (problem) => problem !== null,
  );
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    if (isWrong || needed === '' || to === '') return;
    edit((document) => made(document, kind, { ...form, from, to }));
    setForm(EMPTY);
  };
  return (
    <Card title="Add to the image">
      <Segmented wide label="What to add" value={kind} options={KINDS} onChange={setKind} />
      <form className={styles.form} onSubmit={add} aria-label="Add to the image">
        {kind === 'disk' && (
          <Field
            label="File or directory"
            hint={
              shell === undefined
                ? 'Of the machine that Strata runs on.'
                : 'Or drop it on the tree from the desktop.'
            }
          >
            {(control) => (
              <PathInput
                {...control}
                value={form.from}
                placeholder="app"
                directories
                dialog={{
                  title: 'Choose a file',
                  defaultPath: documentPath && parentDirectory(documentPath),
                  filters: [],
                  directory: false,
                }}
                onChange={(text) => put({ from: text })}
              />
            )}
          </Field>
        )}
        {kind === 'link' && (
          <InputField
            label="Leads to"
            mono
            placeholder="/srv/app"
            value={form.link}
            onChange={(text) => put({ link: text })}
          />
        )}
        <InputField
          label="Path in the image"
          mono
          placeholder={inImage(directory || '/srv', NAMES[kind])}
          value={to}
          error={wrong('path', to)}
          onChange={(text) => put({ to: text })}
        />
        {kind === 'text' && (
          <TextAreaField
            label="Text"
            placeholder="listen 8080"
            value={form.text}
            onChange={(text) => put({ text })}
          />
        )}
        <div className={styles.pair}>
          {kind !== 'link' && (
            <InputField
              label="Mode"
              mono
              placeholder={kind === 'directory' ? '0755' : kind === 'disk' ? 'as on disk' : '0644'}
              value={form.mode}
              error={wrong('mode', form.mode)}
              onChange={(text) => put({ mode: text })}
            />
          )}
          <InputField
            label="Owner"
            mono
            placeholder="root:root"
            value={form.owner}
            error={wrong('owner', form.owner)}
            onChange={(text) => put({ owner: text })}
          />
        </div>
        <div className={styles.actions}>
          <Button small type="submit" icon={Plus} disabled={isWrong || needed === '' || to === ''}>
            Add it
          </Button>
        </div>
      </form>
    </Card>
  );
}

function made(document: Parameters<typeof addOwnFiles>[0], kind: Kind, form: typeof EMPTY): Edit {
  const { from, text, link, to } = form;
  const access = { mode: form.mode || undefined, owner: form.owner || undefined };
  if (kind === 'directory') return addDirectory(document, to, access);
  const what = { disk: { from }, text: { text }, link: { link, mode: undefined } }[kind];
  return addOwnFiles(document, [withoutUndefined({ to, ...access, ...what }) as FileField]);
}
