import { withoutCredentials } from '../../shared/without-credentials.ts';
import { type NixRunContext, runNix } from './run.ts';

/**
 * Brings a closure from another store into this machine's, and holds it with an indirect GC root. Signatures are not
 * asked for: the user named the store to build in, and what it has built nobody has signed.
 */
export async function copyFromStore(
  store: string,
  path: string,
  root: string,
  context: NixRunContext,
): Promise<void> {
  await runNix(
    {
      program: 'nix',
      args: [
        'copy',
        '--extra-experimental-features',
        'nix-command',
        '--from',
        store,
        '--no-check-sigs',
        path,
      ],
      otherStore: store,
    },
    { ...context, onEvent: withAddress(store, context.onEvent) },
  );
  await runNix(
    { program: 'nix-store', args: ['--realise', path, '--add-root', root, '--indirect'] },
    context,
  );
}

/** Some versions (2.26) leave the machine out of the address that something is copied from. */
function withAddress(store: string, onEvent: NixRunContext['onEvent']): NixRunContext['onEvent'] {
  if (onEvent === undefined) return undefined;
  return (event) => {
    const isNowhere = event.type === 'download-started' && /^ssh(?:-ng)?:\/\/$/.test(event.from ?? '');
    onEvent(isNowhere ? { ...event, from: withoutCredentials(store) } : event);
  };
}
