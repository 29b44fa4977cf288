import { type Pack, pack } from 'tar-stream';
import type { WriteBytes } from './copy-blob.ts';

/** An entry of the archive around an image, whose names are plain. */
export type ArchiveEntry =
  | { readonly type: 'directory'; readonly path: string }
  | {
      readonly type: 'file';
      readonly path: string;
      readonly sizeBytes: number;
      /** Gives its bytes, just as many as it says. */
      readonly produce: (write: WriteBytes) => Promise<void>;
    };

/** As in the layers: of root, from one second after the epoch. */
const COMMON = { uid: 0, gid: 0, mtime: new Date(1000) } as const;

/** Writes a tar archive. @throws what `produce` and `write` throw; nothing is written after either. */
export async function writeTar(entries: Iterable<ArchiveEntry>, write: WriteBytes): Promise<void> {
  const archive = pack();
  const failures: unknown[] = [];
  // Whoever fails ends the other, whose own end then says nothing new.
  const fail = (error: unknown): void => {
    failures.push(error);
    archive.destroy();
  };
  archive.on('error', () => {});
  const filling = fill(entries, archive).catch(fail);
  try {
    for await (const piece of archive as AsyncIterable<Buffer>) await write(piece);
  } catch (error) {
    fail(error);
  }
  await filling;
  if (failures.length > 0) throw failures[0];
}

async function fill(entries: Iterable<ArchiveEntry>, archive: Pack): Promise<void> {
  for (const entry of entries) {
    if (entry.type === 'directory') {
      archive.entry({ ...COMMON, type: 'directory', name: entry.path, mode: 0o755 });
      continue;
    }
    const { path: name, sizeBytes: size } = entry;
    const file = archive.entry({ ...COMMON, name, size, mode: 0o644 });
    file.on('error', () => {});
    let goOn = (): void => {};
    file.on('drain', () => goOn());
    file.on('close', () => goOn());
    await entry.produce(async (bytes) => {
      if (archive.destroyed) throw new Error('The archive is written no further.');
      // Copied, as the bytes are only lent.
      if (file.write(Buffer.from(bytes))) return;
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    });
    file.end(null);
  }
  archive.finalize();
}
