import { canonicalJson } from '../../../engine/oci/canonical-json.ts';
import { StrataError } from '../../../shared/errors.ts';
import { count } from '../../../shared/format.ts';
import type { LockedSource } from '../../../shared/lock.ts';
import { formatSource } from '../../../shared/source-notation.ts';
import { withoutCredentials } from '../../../shared/without-credentials.ts';
import { readDocumentFile } from '../../documents/document-file.ts';
import type { LockChange } from '../../nix/lock-sources.ts';
import { lockDocument } from '../../verbs/lock.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { addNixOptions, type NixOptions, preferencesFromOptions } from '../options.ts';
import { shown } from '../show-work.ts';
import { formatTable } from '../table.ts';

interface LockOptions extends NixOptions {
  readonly update?: true | string;
  readonly json?: true;
}

export const addLockCommand: AddCommand = (program, run) => {
  const command = program
    .command('lock')
    .description(
      'Write down what the sources of a document are now, so that it gives the same image from now on.',
    )
    .argument('[spec]', 'a *.strata.json document')
    .option('--update [source]', 'lock all anew, or one: its name, `source` for the one without');
  addNixOptions(command).option('--json', 'print the lock as JSON').action(run(lock));
};

async function lock(
  context: CommandContext,
  spec: string | undefined,
  { update, json, ...options }: LockOptions,
): Promise<undefined> {
  const { terminal } = context;
  const asked = askedFor(spec, update);
  const { document } = await readDocumentFile(asked.spec, asked.spec);
  const written = await shown(context, (work) =>
    lockDocument(document, {
      ...work,
      file: asked.spec,
      update: asked.update,
      nix: preferencesFromOptions(options),
    }),
  );
  if (json) terminal.print(JSON.stringify(written.lock, null, 2));
  else for (const line of changesTable(written.changes, terminal.columns)) terminal.print(line);
  for (const notice of written.notices) terminal.note(`note: ${notice}`);
  const { file, isWritten, changes } = written;
  const locked = changes.filter(({ after }) => after !== undefined).length;
  terminal.note(`${isWritten ? 'Wrote' : 'Nothing is new in'} ${file}: ${count(locked, 'source')}`);
  return undefined;
}

/** What follows `--update` may be the document: no source has a name like a file's. */
function askedFor(
  spec: string | undefined,
  update: true | string | undefined,
): { readonly spec: string; readonly update: 'all' | readonly string[] } {
  if (typeof update === 'string' && spec === undefined && /[./]/.test(update)) {
    return { spec: update, update: 'all' };
  }
  if (spec === undefined) {
    throw new StrataError('usage', 'No document is named.', {
      hint: 'A lock is beside the file of a document: strata lock web.strata.json.',
    });
  }
  return { spec, update: update === undefined ? [] : update === true ? 'all' : [update] };
}

function changesTable(changes: readonly LockChange[], width: number): string[] {
  return formatTable(
    [{ title: 'source' }, { title: 'asked for' }, { title: 'locked at' }, { title: '' }],
    changes.map(({ name, before, after }) => [
      name ?? '',
      withoutCredentials(formatSource((after ?? before)?.original ?? { type: 'auto' })),
      after === undefined ? '' : stateOf(after),
      changeOf(before, after),
    ]),
    width,
  );
}

function changeOf(before: LockedSource | undefined, after: LockedSource | undefined): string {
  if (after === undefined) return 'not in the document any more';
  if (before === undefined) return 'new';
  return canonicalJson(before) === canonicalJson(after) ? 'as before' : `was ${stateOf(before)}`;
}

const SHOWN = 16;

function stateOf({ revision, narHash = '' }: LockedSource): string {
  return (revision ?? narHash).slice(0, SHOWN);
}
