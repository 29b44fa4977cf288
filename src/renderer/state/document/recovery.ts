import type { Draft, OpenedDocument } from '../../../shared/contract/documents.ts';
import { toFailure } from '../../client/failure.ts';
import { loadLatest } from '../closure/store.ts';
import { startHistory } from '../history.ts';
import { host } from '../host.ts';
import { sourceSelection } from '../sources.ts';
import { askForTrust } from './actions.ts';
import { useDocument } from './store.ts';

/** Opens unsaved work that a crash left behind, under its own draft id, so that its last build is found too. */
export async function recoverDraft({ draft, path, document, fingerprint }: Draft): Promise<void> {
  const source = await host().sources.describe(sourceSelection(document, path));
  const onFile = path === null ? null : await openIfThere(path);
  useDocument.setState({
    open: {
      draft,
      // Without its file the work is an unsaved document.
      path: onFile === null ? null : path,
      fingerprint: onFile === null ? null : fingerprint,
      history: startHistory(document),
      saved: onFile?.document ?? null,
      original: onFile?.document ?? (await host().documents.blank()).document,
      source,
    },
  });
  await loadLatest({ draft, path });
  if (!source.trusted) await askForTrust();
}

/** The document in a file; null where the file is gone, or is no document any more. */
async function openIfThere(path: string): Promise<OpenedDocument | null> {
  try {
    return await host().documents.open({ path });
  } catch (error) {
    const code = toFailure(error)?.code;
    if (code === 'not-found' || code === 'file-system' || code === 'invalid-document') return null;
    throw error;
  }
}
