import { type DragEvent, useState } from 'react';
import { shell } from '../../client/transport.ts';
import { editAndTell } from '../../state/document/actions.ts';
import { addOwnFiles } from '../../state/document/root-edits.ts';
import { currentDocument, useDocument } from '../../state/document/store.ts';
import { notify } from '../../state/notices.ts';
import { fromDocument, inImage, nameOfFile, textOf } from './own-places.ts';

/** A file or directory that was dropped where nobody can say where it is. */
export interface Dropped {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
  /** null where it is no short text. */
  readonly text: string | null;
}

export interface Drops {
  /** The directory of the image over which files are held; null while there are none. */
  readonly over: string | null;
  /** What was dropped in a browser, and where. */
  readonly waiting: { readonly directory: string; readonly items: readonly Dropped[] } | null;
  readonly forget: () => void;
  /** For the element that files are dropped on. */
  readonly handlers: {
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

/** Files that are dropped from the desktop. @param directoryAt the directory of the image that a place on the screen stands for */
export function useDrops(directoryAt: (target: Element) => string): Drops {
  const [over, setOver] = useState<string | null>(null);
  const [waiting, setWaiting] = useState<Drops['waiting']>(null);
  const place = (event: DragEvent) => directoryAt(event.target as Element);
  /** Without this the window would take it for a document to open. */
  const take = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    over,
    waiting,
    forget: () => setWaiting(null),
    handlers: {
      onDragOver(event) {
        if (!event.dataTransfer.types.includes('Files')) return;
        take(event);
        event.dataTransfer.dropEffect = 'copy';
        setOver(place(event));
      },
      onDragLeave({ relatedTarget, currentTarget }) {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setOver(null);
      },
      onDrop(event) {
        if (!event.dataTransfer.types.includes('Files')) return;
        take(event);
        setOver(null);
        const directory = place(event);
        // Asked before anything is awaited: afterwards the list is empty.
        const items = [...event.dataTransfer.items].flatMap((item) => {
          const file = item.getAsFile();
          return file === null ? [] : [{ file, isDirectory: item.webkitGetAsEntry()?.isDirectory === true }];
        });
        const paths = shell === undefined ? [] : items.flatMap(({ file }) => shell?.pathOf(file) || []);
        if (shell !== undefined) addPaths(paths, directory, items.length);
        else void Promise.all(items.map(describe)).then((all) => setWaiting({ directory, items: all }));
      },
    },
  };
}

async function describe({ file, isDirectory }: { file: File; isDirectory: boolean }): Promise<Dropped> {
  const { name, size } = file;
  const text = isDirectory ? null : await file.arrayBuffer().then(textOf, () => null);
  return { name, isDirectory, sizeBytes: size, text };
}

function addPaths(paths: readonly string[], directory: string, dropped: number): void {
  if (paths.length < dropped) {
    notify({
      tone: 'failure',
      title: 'Not all of it is on a disk',
      detail: 'Save it to a file, and drop that.',
    });
  }
  if (paths.length > 0) addFromDisk(paths, directory);
}

/** Puts files and directories of the host's machine into a directory of the image. */
export function addFromDisk(paths: readonly string[], directory: string): void {
  const document = currentDocument();
  if (document === null) return;
  const documentPath = useDocument.getState().open?.path ?? null;
  const fields = paths.map((path) => ({
    from: fromDocument(path, documentPath),
    to: inImage(directory, nameOfFile(path)),
  }));
  editAndTell(
    (current) => addOwnFiles(current, fields),
    fields.length === 1 ? `${fields[0]?.to} is in the image` : `${fields.length} files are in the image`,
    'They are read anew whenever the image is built.',
  );
}
