import { Layers2 } from 'lucide-react';
import type { Contents } from '../../../shared/contract/contents.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { shell } from '../../client/transport.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { TakenPathInput } from '../../components/path-input.tsx';
import { parentDirectory } from '../../components/paths.ts';
import { Facts } from '../../components/section.tsx';
import { setBase } from '../../state/document/root-edits.ts';
import { edit, useOpen } from '../../state/document/store.ts';
import styles from './contents-screen.module.css';
import { fromDocument } from './own-places.ts';

/** The image that this one is built on, and what it brings. */
export function Base({ base }: { readonly base: Contents['base'] }) {
  const { path: documentPath, history } = useOpen();
  const asked = history.present.base;
  return (
    <>
      <Card title="Base image">
        <Field
          label="Archive, layout or reference"
          hint={
            shell === undefined
              ? 'A file of the machine that Strata runs on, or such as docker.io/library/debian:12.'
              : 'A file, or such as docker.io/library/debian:12.'
          }
        >
          {(control) => (
            <TakenPathInput
              {...control}
              value={asked ?? ''}
              placeholder="none"
              directories
              dialog={{
                title: 'Choose an image',
                defaultPath: documentPath && parentDirectory(documentPath),
                filters: [],
                directory: false,
              }}
              onTake={(text) =>
                edit((document) =>
                  setBase(document, text === '' ? undefined : fromDocument(text, documentPath)),
                )
              }
            />
          )}
        </Field>
        <p className={styles.quiet}>
          Its layers come first, untouched; its configuration is what docker build would make of it.
          {asked !== undefined && ' A tag is looked up at each build, unless it is locked.'}
        </p>
        {asked !== undefined && (
          <div className={styles.actions}>
            <Button small onClick={() => edit((document) => setBase(document, undefined))}>
              Build on no other image
            </Button>
          </div>
        )}
      </Card>
      {base !== null && asked !== undefined && (
        <Card
          title={
            <>
              <Layers2 size={14} aria-hidden /> What it brings
            </>
          }
        >
          <Facts
            facts={[
              ['Image', base.name],
              ['Digest', <code key="digest">{base.digest}</code>],
              ['Platform', base.platform],
              ['Layers', `${count(base.layers, 'layer')}, ${formatBytes(base.compressedBytes)}`],
              ['Runs', base.command === null ? 'nothing' : <code key="command">{base.command}</code>],
              ['User', base.user ?? 'root'],
              ['Environment', base.variables.join(', ') || 'none'],
            ]}
          />
        </Card>
      )}
    </>
  );
}
