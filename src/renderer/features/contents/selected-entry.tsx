import { Trash2 } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import type { RootEntry } from '../../../shared/contract/contents.ts';
import { formatBytes } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { InputField } from '../../components/field.tsx';
import { Facts } from '../../components/section.tsx';
import { isRemovable, removeOwn, setAccess } from '../../state/document/root-edits.ts';
import { edit } from '../../state/document/store.ts';
import { broughtBy, octalMode, ownerText } from './contents-rows.ts';
import styles from './contents-screen.module.css';
import { wrong } from './entry-checks.ts';

/** What is known of the entry that is selected, and its mode and owner to change. */
export function SelectedEntry({ entry }: { readonly entry: RootEntry }) {
  const { path, type, owner, origin, sizeBytes, target } = entry;
  const [mode, setMode] = useState(octalMode(entry));
  const [newOwner, setOwner] = useState(ownerText(entry));
  const isChanged = mode !== octalMode(entry) || newOwner !== ownerText(entry);
  const isWrong = wrong('mode', mode) !== null || wrong('owner', newOwner) !== null;
  const change = (event: SubmitEvent) => {
    event.preventDefault();
    if (isWrong || !isChanged) return;
    edit((document) =>
      setAccess(document, path, {
        mode: mode === '' || mode === octalMode(entry) ? undefined : mode,
        owner: newOwner === '' || newOwner === ownerText(entry) ? undefined : newOwner,
      }),
    );
  };
  return (
    <Card title={path}>
      <Facts
        facts={[
          ['Kind', type],
          ['Owner', `${ownerText(entry)} (${owner.uid}:${owner.gid})`],
          ['From', broughtBy(entry)],
          ...(type === 'file' ? [['Size', formatBytes(sizeBytes)] as const] : []),
          ...(target === null ? [] : [['Leads to', target] as const]),
        ]}
      />
      <form className={styles.form} onSubmit={change} aria-label={`Mode and owner of ${path}`}>
        <div className={styles.pair}>
          <InputField label="Mode" mono value={mode} error={wrong('mode', mode)} onChange={setMode} />
          <InputField
            label="Owner"
            mono
            value={newOwner}
            error={wrong('owner', newOwner)}
            onChange={setOwner}
          />
        </div>
        <div className={styles.actions}>
          <Button small type="submit" disabled={!isChanged || isWrong}>
            Change
          </Button>
          {origin.type === 'own' && isRemovable(origin.place) && (
            <Button
              small
              icon={Trash2}
              onClick={() => edit((document) => removeOwn(document, origin.place))}
            >{`Remove ${origin.place}`}</Button>
          )}
        </div>
      </form>
    </Card>
  );
}
