import { withoutCredentials } from '../../shared/without-credentials.ts';
import { traceOf } from './error-trace.ts';
import type { MessageLevel, NixEvent } from './events.ts';
import { failedBuilds } from './failed-builds.ts';
import { plainText } from './plain-text.ts';

/** Activity and result types of Nix (src/libutil/logging.hh); the numbers are part of its protocol. */
const ACTIVITY = { copyPath: 100, fileTransfer: 101, copyPaths: 103, build: 105, substitute: 108 } as const;
const RESULT = { buildLogLine: 101, setPhase: 104, progress: 105 } as const;
const LEVELS: readonly MessageLevel[] = ['error', 'warning', 'notice', 'info'];

const PREFIX = '@nix ';

/**
 * Reads one line that Nix writes with `--log-format internal-json -v`. Tolerant: what it does not know, or is not as
 * expected, gives no event rather than an error, and a line without the `@nix` prefix, which
 * is what programs that Nix runs (git, ssh) write, is a notice.
 */
export function parseInternalJson(line: string): readonly NixEvent[] {
  if (!line.startsWith(PREFIX)) {
    const text = shown(line);
    return text.trim() === '' ? [] : [{ type: 'message', level: 'notice', text }];
  }
  const record = parseRecord(line.slice(PREFIX.length));
  if (record === undefined) return [];
  switch (record.action) {
    case 'start':
      return started(record);
    case 'result':
      return result(record);
    case 'stop':
      return hasId(record) ? [{ type: 'stopped', id: String(record.id) }] : [];
    case 'msg':
      return message(record);
    default:
      return [];
  }
}

type LogRecord = Readonly<Record<string, unknown>>;

/** Ids hold the process id in their upper 32 bits, more than a double keeps exactly: they stay text. */
function parseRecord(json: string): LogRecord | undefined {
  try {
    const value: unknown = JSON.parse(json.replace(/"(id|parent)":(\d+)/g, '"$1":"$2"'));
    return typeof value === 'object' && value !== null ? (value as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}

function hasId(record: LogRecord): boolean {
  return typeof record.id === 'string';
}

function fieldsOf(record: LogRecord): readonly unknown[] {
  return Array.isArray(record.fields) ? record.fields : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function started(record: LogRecord): readonly NixEvent[] {
  if (!hasId(record)) return [];
  const id = String(record.id);
  const parent = textOf(record.parent) || '0';
  const [first, second] = fieldsOf(record).map(textOf);
  const text = shown(textOf(record.text));
  switch (record.type) {
    case ACTIVITY.build:
      return first ? [{ type: 'build-started', id, derivation: first, machine: place(second) }] : [];
    case ACTIVITY.copyPath:
    case ACTIVITY.substitute:
      if (!first || first.endsWith('.drv')) return [];
      return [
        {
          type: 'download-started',
          id,
          path: first,
          from: place(second),
          by: record.type === ACTIVITY.substitute ? 'substituter' : 'copy',
        },
      ];
    case ACTIVITY.fileTransfer:
      return first ? [{ type: 'transfer-started', id, parent, url: withoutCredentials(first) }] : [];
    case ACTIVITY.copyPaths:
      // Where paths are copied, there is a text for it.
      return [{ type: 'counter-started', id, counts: text === '' ? 'substituter' : 'copy' }];
    default:
      return text === '' ? [] : [{ type: 'activity-started', id, parent, text }];
  }
}

/** The address of a store, null where none is said. */
function place(address: string | undefined): string | null {
  return address ? withoutCredentials(address) : null;
}

function result(record: LogRecord): readonly NixEvent[] {
  if (!hasId(record)) return [];
  const id = String(record.id);
  const fields = fieldsOf(record);
  switch (record.type) {
    case RESULT.buildLogLine:
      return [{ type: 'build-log', id, line: shown(textOf(fields[0])) }];
    case RESULT.setPhase:
      return [{ type: 'build-phase', id, phase: plainText(textOf(fields[0])) }];
    case RESULT.progress: {
      const [done, expected] = fields;
      if (typeof done !== 'number' || typeof expected !== 'number') return [];
      return [{ type: 'progress', id, done, expected }];
    }
    default:
      return [];
  }
}

function message(record: LogRecord): readonly NixEvent[] {
  const text = shown(textOf(record.msg) || textOf(record.raw_msg));
  if (text.trim() === '') return [];
  const told = LEVELS[typeof record.level === 'number' ? record.level : -1] ?? 'debug';
  // What a remote store writes comes as errors, all of it.
  const level = told === 'error' && /^warning: /i.test(text) ? 'warning' : told;
  const planned = plannedBy(text);
  if (planned.length > 0) return planned;
  return [
    ...(level === 'error'
      ? failedBuilds(text).map((failure) => ({ type: 'build-failed', ...failure }) as const)
      : []),
    { type: 'message', level, text, ...(level === 'error' ? { trace: traceOf(record) } : {}) },
  ];
}

const UNITS = new Map<string, number>(
  Object.entries({
    B: 1,
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
    TiB: 2 ** 40,
  }),
);

/** What "these 3 derivations will be built:" and its siblings announce, one message a line. */
function plannedBy(text: string): readonly NixEvent[] {
  const item = /^\s+(\/\S*\/[0-9a-z]{32}-\S+)$/.exec(text)?.[1];
  if (item?.endsWith('.drv')) return [{ type: 'planned-build', derivation: item }];
  if (item !== undefined) return [{ type: 'planned-download', path: item }];
  const sizes = /will be fetched \(([\d.]+) (\w+) download, ([\d.]+) (\w+) unpacked\)/.exec(text);
  if (sizes === null) return [];
  const [, download = '0', downloadUnit = 'B', unpacked = '0', unpackedUnit = 'B'] = sizes;
  return [
    {
      type: 'planned-bytes',
      downloadBytes: Math.round(Number(download) * (UNITS.get(downloadUnit) ?? 1)),
      unpackedBytes: Math.round(Number(unpacked) * (UNITS.get(unpackedUnit) ?? 1)),
    },
  ];
}

/** What Nix and the programs that it runs write, fit to be shown. */
function shown(text: string): string {
  return withoutCredentials(plainText(text));
}
