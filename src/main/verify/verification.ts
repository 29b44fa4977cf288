import { buffer } from 'node:stream/consumers';
import { Cancelled, StrataError } from '../../shared/errors.ts';
import { TooLarge } from '../archive/decompress.ts';
import {
  type ExpansionLimits,
  type MeasuredBlob,
  type MeasuredLayer,
  measureBlob,
  measureLayer,
  type ReadableBytes,
} from '../archive/measure.ts';
import type { ArchivedFile, ImageFiles } from '../images/archived-file.ts';
import { type DocumentKind, readDocument } from '../oci/documents.ts';
import type { Problem, ProblemCode } from './report.ts';

export interface VerifyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
  readonly expansion?: ExpansionLimits;
}

interface VerifyProgress {
  /** Bytes of the archive that have been checked. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** One run of checks over an archive. Every file is read once, however many images have it. */
export interface Verification {
  readonly files: ImageFiles['files'];
  readonly kind: ImageFiles['kind'];
  readonly problems: readonly Problem[];
  report(code: ProblemCode, place: string, message: string): void;
  /** Undefined where the file is missing, which is reported. */
  blob(path: string): Promise<MeasuredBlob | undefined>;
  /**
   * Undefined where the file is missing or damaged, which is reported.
   *
   * @param looked names that are looked for in it, where it is read now.
   */
  layer(path: string, looked: readonly string[]): Promise<MeasuredLayer | undefined>;
  /** Undefined where the file is missing or not of this kind, which is reported. */
  document<Value>(kind: DocumentKind<Value>, path: string): Promise<Value | undefined>;
}

/** Larger documents are refused by registries and by the usual clients too. */
const MAX_JSON_BYTES = 8 << 20;

export function startVerification(archive: ImageFiles, options: VerifyOptions): Verification {
  const { signal, expansion } = options;
  const { files } = archive;
  const problems: Problem[] = [];
  const reported = new Set<string>();
  const report: Verification['report'] = (code, place, message) => {
    const identity = `${place}\n${message}`;
    if (reported.has(identity)) return;
    reported.add(identity);
    problems.push({ code, place, message });
  };
  const find = (path: string): ArchivedFile | undefined => {
    const file = files.get(path);
    if (file === undefined) report('missing-file', path, `${path} is missing.`);
    return file;
  };
  const meter = progressOver(archive, options);
  const blobs = new Map<string, Promise<MeasuredBlob | undefined>>();
  const layers = new Map<string, Promise<MeasuredLayer | undefined>>();

  /** Reads a file, and reports what only reading shows where it is not at hand, as in a registry. */
  const reading = async <Result>(
    file: ArchivedFile,
    read: () => Promise<Result>,
  ): Promise<Result | undefined> => {
    try {
      return await read();
    } catch (error) {
      const code = error instanceof StrataError ? UNREADABLE.get(error.code) : undefined;
      if (code === undefined) throw error;
      report(code, file.path, (error as StrataError).message);
      return undefined;
    }
  };
  const readLayer = async (
    file: ArchivedFile,
    looked: readonly string[],
  ): Promise<MeasuredLayer | undefined> => {
    try {
      const layer = await measureLayer(meter(file), new Set(looked), expansion, signal);
      if (layer.damage !== undefined) {
        report('layer-damaged', file.path, `The layer ${file.path} cannot be unpacked: ${layer.damage}.`);
      }
      const isWhole = layer.blob.sizeBytes === file.sizeBytes;
      if (isWhole && !blobs.has(file.path)) blobs.set(file.path, Promise.resolve(layer.blob));
      return layer;
    } catch (error) {
      const isDamage =
        error instanceof Error && !(error instanceof Cancelled || error instanceof StrataError);
      if (!isDamage) throw error;
      const code = error instanceof TooLarge ? 'layer-too-large' : 'layer-damaged';
      report(code, file.path, `The layer ${file.path} cannot be unpacked: ${error.message}.`);
      return undefined;
    }
  };
  return {
    files,
    kind: archive.kind,
    problems,
    report,
    async blob(path) {
      const file = find(path);
      if (file === undefined) return undefined;
      const measured = blobs.get(path) ?? reading(file, () => measureBlob(meter(file), signal));
      blobs.set(path, measured);
      return measured;
    },
    async layer(path, looked) {
      const file = find(path);
      if (file === undefined) return undefined;
      const measured = layers.get(path) ?? reading(file, () => readLayer(file, looked));
      layers.set(path, measured);
      return measured;
    },
    async document(kind, path) {
      const file = find(path);
      if (file === undefined) return undefined;
      if (file.sizeBytes > MAX_JSON_BYTES) {
        report('not-valid-json', path, `${path} is larger than ${MAX_JSON_BYTES} bytes.`);
        return undefined;
      }
      const bytes = await reading(file, () => buffer(file.read(signal)));
      if (bytes === undefined) return undefined;
      const { value, problem } = readDocument(kind, bytes);
      if (problem !== undefined) report('not-valid-json', path, `${path} is not ${kind.name}: ${problem}.`);
      return value;
    },
  };
}

/** What the failure to read a file says of the image; others say nothing of it. */
const UNREADABLE = new Map<string, ProblemCode>(
  Object.entries({
    'registry-not-found': 'missing-file',
    'registry-protocol': 'digest-mismatch',
    'invalid-image': 'digest-mismatch',
  }),
);

/** Counts the bytes of each file once, whatever is read again. */
function progressOver(
  { files }: ImageFiles,
  { onProgress }: VerifyOptions,
): (file: ArchivedFile) => ReadableBytes {
  const totalBytes = [...files.values()].reduce((sum, file) => sum + file.sizeBytes, 0);
  const counted = new Set<string>();
  let doneBytes = 0;
  return (file) => {
    if (counted.has(file.path)) return file;
    counted.add(file.path);
    return {
      async *read(signal) {
        for await (const piece of file.read(signal)) {
          doneBytes += piece.length;
          onProgress?.({ doneBytes, totalBytes });
          yield piece;
        }
      },
    };
  };
}
