import type { Settings } from '../../shared/contract/system.ts';
import type { NixPreferences } from '../nix/open-source.ts';

/** The user's settings as Nix is told them. */
export function preferencesFromSettings({ nix }: Settings): NixPreferences {
  return {
    builders: nix.builders ?? undefined,
    store: nix.store ?? undefined,
    options: [
      ...(nix.substituters === null ? [] : [['substituters', nix.substituters.join(' ')] as const]),
      ...Object.entries(nix.options),
    ],
    timeoutSeconds: nix.timeoutSeconds ?? undefined,
  };
}
