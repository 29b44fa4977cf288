import { readFile } from 'node:fs/promises';
import type { DocumentRef, Draft, OpenedDocument } from '../../../shared/contract/documents.ts';
import type { SourceDescription } from '../../../shared/contract/sources.ts';
import type { StrataDocument } from '../../../shared/document.ts';
import { checkDocument, formatDocument, parseDocument } from '../../../shared/parse-document.ts';
import { readDocumentFile, saveDocumentFile } from '../../documents/document-file.ts';
import type { Drafts } from '../../documents/drafts.ts';
import type { RecentDocuments } from '../../documents/recent-documents.ts';
import type { FileAccess } from '../../files/file-access.ts';
import { resourcePath } from '../../files/paths.ts';
import { copyAsNix } from '../../verbs/copy-as-nix.ts';
import { failureOf } from '../failures.ts';
import { procedures } from '../procedures.ts';
import { documentPlace } from '../source-code.ts';

export interface DocumentServices {
  readonly files: FileAccess;
  readonly drafts: Drafts;
  readonly recent: RecentDocuments;
  readonly workingDirectory: string;
  describe(document: StrataDocument, path: string | null): Promise<SourceDescription>;
  /** Told when a draft has a path. */
  onSaved(ref: DocumentRef): Promise<void>;
}

export function documentHandlers({
  files,
  drafts,
  recent,
  workingDirectory,
  describe,
  onSaved,
}: DocumentServices) {
  const os = procedures.documents;

  const unsaved = async (document: StrataDocument): Promise<OpenedDocument> => ({
    path: null,
    document,
    fingerprint: null,
    source: await describe(document, null),
    recovery: null,
  });

  /** Unsaved work on this file that nobody holds and that is not what the file says already. */
  const recoveryOf = async (path: string, document: StrataDocument): Promise<OpenedDocument['recovery']> => {
    const left = (await drafts.recoverable())
      .filter((draft): draft is Draft => 'document' in draft && draft.path === path)
      .filter((draft) => formatDocument(draft.document) !== formatDocument(document))
      .sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1));
    const newest = left[0];
    return newest ? { draft: newest.draft, document: newest.document, savedAt: newest.savedAt } : null;
  };

  return {
    blank: os.blank.handler(() => unsaved(checkDocument({ version: 1 }, 'the new document'))),
    example: os.example.handler(async () => {
      const file = resourcePath('examples', 'hello.strata.json');
      return unsaved(parseDocument(await readFile(file, 'utf8'), 'the example'));
    }),
    preset: os.preset.handler(async ({ input }) => {
      const file = resourcePath('examples', `${input.id}.strata.json`);
      return unsaved(parseDocument(await readFile(file, 'utf8'), 'the preset'));
    }),
    open: os.open.handler(async ({ input }) => {
      const { path, document, fingerprint } = await readDocumentFile(await files.check(input.path));
      await recent.add(path);
      return {
        path,
        document,
        fingerprint,
        source: await describe(document, path),
        recovery: await recoveryOf(path, document),
      };
    }),
    parse: os.parse.handler(({ input }) => unsaved(parseDocument(input.text, input.name))),
    save: os.save.handler(async ({ input }) => {
      const saved = await saveDocumentFile({ ...input, path: await files.check(input.path) });
      await drafts.discard(input.draft);
      await recent.add(saved.path);
      await onSaved({ draft: input.draft, path: saved.path });
      return saved;
    }),
    text: os.text.handler(({ input }) => ({
      text: formatDocument(input.document),
      fileName: `${input.document.name.replace(/^.*\//, '')}.strata.json`,
    })),
    nixExpression: os.nixExpression.handler(async ({ input: { document, path, kind } }) => {
      const place = await documentPlace(path, { files, workingDirectory });
      const checkFile = (file: string) => files.check(file);
      return { text: await copyAsNix(document, kind, { ...place, checkFile }) };
    }),
    recent: os.recent.handler(() => recent.list()),
    watchRecent: os.watchRecent.handler(({ signal }) => recent.follow(signal)),
    forgetRecent: os.forgetRecent.handler(({ input }) => recent.forget(input.path)),
    autosave: os.autosave.handler(async ({ input, context }) => {
      const { savedAt } = await drafts.save(context.connection, input);
      return { savedAt };
    }),
    draft: os.draft.handler(({ input, context }) => drafts.read(context.connection, input.draft)),
    recoverable: os.recoverable.handler(async () =>
      (await drafts.recoverable()).map((draft) =>
        'failure' in draft ? { draft: draft.draft, failure: failureOf(draft.failure) } : draft,
      ),
    ),
    discardDraft: os.discardDraft.handler(({ input }) => drafts.discard(input.draft)),
  };
}
