import type { Draft } from '../../../shared/contract/documents.ts';
import { loadLatest } from '../closure/store.ts';
import { startHistory } from '../history.ts';
import { host } from '../host.ts';
import { sourceSelection } from '../sources.ts';
import { askForTrust } from './actions.ts';
import { useDocument } from './store.ts';

/** Opens unsaved work that a crash left behind, under its own draft id, so that its last build is found too. */
export async function recoverDraft({ draft, path, document, fingerprint }: Draft): Promise<void> {
  const source = await host().sources.describe(sourceSelection(document, path));
  const onFile = path === null ? null : await host().documents.open({ path });
  useDocument.setState({
    open: {
      draft,
      path,
      fingerprint,
      history: startHistory(document),
      saved: onFile?.document ?? null,
      original: onFile?.document ?? (await host().documents.blank()).document,
      source,
    },
  });
  await loadLatest({ draft, path });
  if (!source.trusted) await askForTrust();
}
