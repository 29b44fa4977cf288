import type { z } from 'zod';
import { Cancelled } from '../../shared/errors.ts';
import { isNestedTooDeep, MOST_LEVELS } from '../../shared/json-nesting.ts';
import { TooLarge } from '../archive/decompress.ts';
import {
  type ExpansionLimits,
  type MeasuredBlob,
  type MeasuredLayer,
  measureBlob,
  measureLayer,
} from '../archive/measure.ts';
import type { ArchivedFile, ImageFiles } from '../images/archived-file.ts';
import { repeatedMember } from '../oci/repeated-member.ts';
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
  /** Undefined where the file is missing or damaged, which is reported. */
  layer(path: string): Promise<MeasuredLayer | undefined>;
  /** Undefined where the file is missing or not of this shape, which is reported. */
  json<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T> | undefined>;
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
  const progress = progressOver(archive, options);
  const blobs = new Map<string, Promise<MeasuredBlob>>();
  const layers = new Map<string, Promise<MeasuredLayer | undefined>>();

  const readLayer = async (file: ArchivedFile): Promise<MeasuredLayer | undefined> => {
    try {
      const layer = await measureLayer(file, expansion, signal);
      if (layer.damage !== undefined) {
        report('layer-damaged', file.path, `The layer ${file.path} cannot be unpacked: ${layer.damage}.`);
      }
      return layer;
    } catch (error) {
      if (error instanceof Cancelled || !(error instanceof Error)) throw error;
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
      const measured = blobs.get(path) ?? measureBlob(file, signal);
      if (!blobs.has(path)) {
        blobs.set(path, measured);
        await measured;
        progress(file.sizeBytes);
      }
      return measured;
    },
    async layer(path) {
      const file = find(path);
      if (file === undefined) return undefined;
      const measured = layers.get(path) ?? readLayer(file);
      layers.set(path, measured);
      return measured;
    },
    async json(path, schema) {
      const file = find(path);
      if (file === undefined) return undefined;
      const text = await readText(file, signal);
      if (text === undefined) {
        report('not-valid-json', path, `${path} is larger than ${MAX_JSON_BYTES} bytes.`);
        return undefined;
      }
      if (isNestedTooDeep(text)) {
        report('not-valid-json', path, `${path} nests more than ${MOST_LEVELS} levels deep.`);
        return undefined;
      }
      const value = parse(text);
      const repeated = value === undefined ? undefined : repeatedMember(text);
      if (repeated !== undefined) {
        report(
          'not-valid-json',
          path,
          `${path} has "${repeated}" twice in one place: readers differ in what it says.`,
        );
      }
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      const [issue] = result.error.issues;
      const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
      const what =
        value === undefined ? 'It is not JSON' : `${issue?.message ?? 'It has another shape'}${where}`;
      report('not-valid-json', path, `${path} is not what it should be. ${what}.`);
      return undefined;
    },
  };
}

async function readText(file: ArchivedFile, signal: AbortSignal | undefined): Promise<string | undefined> {
  if (file.sizeBytes > MAX_JSON_BYTES) return undefined;
  const pieces: Buffer[] = [];
  for await (const piece of file.read(signal)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function progressOver({ files }: ImageFiles, { onProgress }: VerifyOptions): (bytes: number) => void {
  const totalBytes = [...files.values()].reduce((sum, file) => sum + file.sizeBytes, 0);
  let doneBytes = 0;
  return (bytes) => {
    doneBytes += bytes;
    onProgress?.({ doneBytes, totalBytes });
  };
}
