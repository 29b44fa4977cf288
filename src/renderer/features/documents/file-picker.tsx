import { keepPreviousData } from '@tanstack/react-query';
import { ArrowUp, File, FileJson2, Folder, FolderPlus } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import type { FileDialog } from '../../../shared/contract/bridge.ts';
import type { Directory } from '../../../shared/contract/files.ts';
import { formatBytes } from '../../../shared/format.ts';
import { hintOf } from '../../client/failure.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextInput } from '../../components/field.tsx';
import { fileNameOf, joinPath, parentDirectory } from '../../components/paths.ts';
import { Spinner } from '../../components/progress.tsx';
import { ago } from '../../state/format.ts';
import { host } from '../../state/host.ts';
import { questions, useAnswer } from '../../state/questions.ts';
import { useStart } from '../../state/use-start.ts';
import styles from './file-picker.module.css';

export interface FilePickerProps {
  readonly mode: 'open' | 'save';
  readonly request: FileDialog;
  readonly answer: (path: string | null) => void;
}

/** Chooses a file on the host's machine, for the browser shell, which has no dialog of its own for that. */
export function FilePicker({ mode, request, answer }: FilePickerProps) {
  const { title, defaultPath, filters, directory } = request;
  const suffixes = filters.flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`));
  const folder = useFolder(
    mode === 'save' ? defaultPath && parentDirectory(defaultPath) : defaultPath,
    suffixes,
  );
  const { shown, isLooking, failure, newName } = folder;
  const [name, setName] = useState(mode === 'save' && defaultPath !== null ? fileNameOf(defaultPath) : '');

  const finish = (event?: FormEvent) => {
    event?.preventDefault();
    // Until the folder that was pressed is read, the one before it is shown.
    if (shown === null || isLooking) return;
    if (directory) answer(shown.path);
    else if (name !== '')
      answer(joinPath(shown.path, withSuffix(name, mode === 'save' ? suffixes[0] : undefined)));
  };

  return (
    <Dialog
      open
      title={title}
      onClose={() => answer(null)}
      actions={
        <>
          <Button onClick={() => answer(null)}>Cancel</Button>
          <Button
            variant="primary"
            disabled={shown === null || isLooking || (!directory && name === '')}
            onClick={() => finish()}
          >
            {mode === 'open' ? (directory ? 'Choose' : 'Open') : 'Save here'}
          </Button>
        </>
      }
    >
      <form className={styles.picker} onSubmit={finish}>
        <div className={styles.bar}>
          <IconButton
            icon={ArrowUp}
            label="Up one folder"
            disabled={!shown?.parent}
            onClick={() => folder.go(shown?.parent ?? null)}
          />
          <code className={styles.place} title={shown?.path}>
            {shown?.path ?? '…'}
          </code>
          {mode === 'save' && (
            <IconButton icon={FolderPlus} label="New folder" onClick={() => folder.nameNew('')} />
          )}
        </div>
        <div className={styles.places}>
          {shown?.places.map((other) => (
            <Button key={other.path} small variant="ghost" onClick={() => folder.go(other.path)}>
              {other.title}
            </Button>
          ))}
        </div>
        {failure && (
          <p role="alert" className={styles.problem}>
            {failure.message} {hintOf(failure)}
          </p>
        )}
        {newName !== null && <NewFolder name={newName} onName={folder.nameNew} onCreate={folder.create} />}
        <ul className={styles.list} aria-label="Files">
          {shown === null && failure === null && <Spinner label="Reading the folder" />}
          {shown?.entries.map((entry) => (
            <li key={entry.path}>
              <Entry
                entry={entry}
                isChosen={entry.name === name}
                onChoose={() => (entry.kind === 'directory' ? folder.go(entry.path) : setName(entry.name))}
                onOpen={() => mode === 'open' && answer(entry.path)}
              />
            </li>
          ))}
          {shown?.entries.length === 0 && <li className={styles.none}>Nothing here that fits.</li>}
        </ul>
        {!directory && (
          <TextInput
            aria-label="File name"
            placeholder="File name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}

/** The folder that is looked into, and the one that is made in it. */
function useFolder(start: string | null, suffixes: string[]) {
  const [place, setPlace] = useState(start);
  const [newName, setNewName] = useState<string | null>(null);
  const { value, isEarlier, failure } = useAnswer(
    questions().files.browse.queryOptions({
      input: { path: place, suffixes },
      placeholderData: keepPreviousData,
    }),
  );
  // Where a folder cannot be read, the last one stays: it shows the way back.
  const last = useRef(value);
  last.current = value ?? last.current;
  const shown = last.current;
  const creation = useStart(async (parent: string, name: string) => {
    const made = await host().files.createDirectory({ parent, name });
    setNewName(null);
    setPlace(made.path);
  });
  return {
    shown,
    isLooking: isEarlier,
    failure: creation.failure ?? failure,
    go: setPlace,
    /** Null where none is being made. */
    newName,
    nameNew: setNewName,
    create: () => {
      if (shown !== null && newName) creation.start(shown.path, newName);
    },
  };
}

interface NewFolderProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly onCreate: () => void;
}

function NewFolder({ name, onName, onCreate }: NewFolderProps) {
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    // The form around it would choose the folder that is shown.
    event.preventDefault();
    onCreate();
  };
  return (
    <div className={styles.newFolder}>
      <TextInput
        aria-label="Name of the new folder"
        placeholder="Name of the new folder"
        autoFocus
        value={name}
        onChange={({ target }) => onName(target.value)}
        onKeyDown={key}
      />
      <Button onClick={onCreate}>Create</Button>
    </div>
  );
}

interface EntryProps {
  readonly entry: Directory['entries'][number];
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  /** Called for files only. */
  readonly onOpen: () => void;
}

function Entry({ entry, isChosen, onChoose, onOpen }: EntryProps) {
  const { name, kind, sizeBytes, modifiedAt } = entry;
  const isFolder = kind === 'directory';
  const Icon = isFolder ? Folder : name.endsWith('.json') ? FileJson2 : File;
  return (
    <button
      type="button"
      className={styles.entry}
      aria-pressed={!isFolder && isChosen}
      onClick={onChoose}
      onDoubleClick={() => !isFolder && onOpen()}
    >
      <Icon size={15} aria-hidden />
      <span className={styles.name}>{name}</span>
      {!isFolder && <span className={styles.fact}>{formatBytes(sizeBytes)}</span>}
      <span className={styles.fact}>{ago(modifiedAt, Date.now())}</span>
    </button>
  );
}

/** The name with the suffix of its kind, unless it has that, or the last part of it, already. */
function withSuffix(name: string, suffix = ''): string {
  const last = suffix.slice(suffix.lastIndexOf('.'));
  return name.endsWith(last) ? name : `${name}${suffix}`;
}
