import { File, Folder, FolderOpen, Type } from 'lucide-react';
import { useState } from 'react';
import { formatBytes } from '../../../shared/format.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { addOwnFiles } from '../../state/document/root-edits.ts';
import { edit } from '../../state/document/store.ts';
import { inBackground } from '../../state/notices.ts';
import { chooseFile } from '../../state/prompts.ts';
import styles from './dropped-files.module.css';
import { inImage, modeOfText } from './own-places.ts';
import { addFromDisk, type Dropped, type Drops } from './use-drops.ts';

export interface DroppedFilesProps {
  readonly dropped: NonNullable<Drops['waiting']>;
  readonly onClose: () => void;
}

/** What was dropped on a window in a browser, which gets no paths: each is chosen on the host's machine, or taken as text. */
export function DroppedFiles({ dropped: { directory, items }, onClose }: DroppedFilesProps) {
  const [left, setLeft] = useState(items);
  const isDone = (item: Dropped) => {
    const rest = left.filter((each) => each !== item);
    setLeft(rest);
    if (rest.length === 0) onClose();
  };
  const takeText = (item: Dropped, text: string) => {
    edit((document) =>
      addOwnFiles(document, [{ text, to: inImage(directory, item.name), ...modeOfText(text) }]),
    );
    isDone(item);
  };
  const choose = async (item: Dropped) => {
    const path = await chooseFile('open', {
      title: `Where is ${item.name}?`,
      defaultPath: null,
      filters: [],
      directory: item.isDirectory,
    });
    if (path === null) return;
    addFromDisk([path], directory);
    isDone(item);
  };
  return (
    <Dialog
      open
      title={`Add to ${directory || '/'}`}
      description={
        <p>
          A browser does not tell where a file is, and images are made of files of the machine that Strata
          runs on. Choose each of them there, or take what a text says into the document.
        </p>
      }
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <ul className={styles.list}>
        {left.map((item) => {
          const { name, isDirectory, sizeBytes, text } = item;
          const Icon = isDirectory ? Folder : File;
          return (
            <li key={name} className={styles.item}>
              <Icon size={15} aria-hidden />
              <span className={styles.name}>{name}</span>
              {!isDirectory && <span className={styles.size}>{formatBytes(sizeBytes)}</span>}
              {text !== null && (
                <Button
                  small
                  icon={Type}
                  aria-label={`Take the text of ${name}`}
                  onClick={() => takeText(item, text)}
                >
                  Take its text
                </Button>
              )}
              <Button
                small
                icon={FolderOpen}
                aria-label={`Choose ${name}`}
                onClick={() => inBackground('No file could be chosen', () => choose(item))}
              >
                Choose…
              </Button>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
