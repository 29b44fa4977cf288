import type { BillFormat } from '../../engine/sbom/bill.ts';
import { type StrataDocument, tagsOf } from '../../shared/document.ts';
import type { ExportFormat } from '../../shared/export-formats.ts';
import { putImage } from '../engines/put-image.ts';
import type { EngineTarget } from '../engines/target.ts';
import type { WriteBytes } from '../images/copy-blob.ts';
import { exportImage, streamImage } from '../images/export.ts';
import { billPath, writeBill } from '../sbom/write-bill.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { billOf } from './bill.ts';
import type { WorkContext } from './events.ts';
import type { PackedImage } from './pack.ts';

/** A file, or a directory for `oci-dir`, with the bills of materials beside it; or a pipe or an engine, which have no side. */
export type ExportTarget =
  | { readonly path: string; readonly format: ExportFormat; readonly bills: readonly BillFormat[] }
  | { readonly pipe: WriteBytes; readonly format: Exclude<ExportFormat, 'oci-dir'> }
  | EngineTarget;

export interface WrittenImage {
  readonly writtenBytes: number;
  /** The bills' files. */
  readonly billPaths: readonly string[];
  /** What it is called in the engine that it was put into. */
  readonly names: readonly string[];
}

/** Writes an image that was packed here. @throws StrataError as {@link exportImage} and {@link writeBill} do; Cancelled. */
export async function exportPacked(
  document: StrataDocument,
  packed: PackedImage,
  target: ExportTarget,
  { store, signal, onEvent }: Pick<WorkContext, 'signal' | 'onEvent'> & { readonly store: BlobStore },
): Promise<WrittenImage> {
  const common = {
    image: packed.image,
    store,
    name: { name: document.name, tags: tagsOf(document) },
    signal,
    onProgress: (progress: { readonly doneBytes: number; readonly totalBytes: number }) =>
      onEvent?.({ type: 'bytes', doing: 'writing', ...progress }),
  };
  if ('pipe' in target) {
    const writtenBytes = await streamImage({ ...common, format: target.format, write: target.pipe });
    return { writtenBytes, billPaths: [], names: [] };
  }
  if ('engine' in target) {
    const { sentBytes, names } = await putImage(target, common);
    return { writtenBytes: sentBytes, billPaths: [], names };
  }
  const { path, format, bills } = target;
  const writtenBytes = await exportImage({ ...common, format, output: path });
  const billPaths: string[] = [];
  for (const bill of bills) {
    const beside = billPath(path, bill);
    await writeBill(billOf(document, packed), bill, beside);
    billPaths.push(beside);
  }
  return { writtenBytes, billPaths, names: [] };
}
