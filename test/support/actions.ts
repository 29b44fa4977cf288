import { type Action, OPTIONS } from '../../src/shared/errors.ts';

const OTHERS: Readonly<Record<Exclude<Action['action'], 'set-option'>, readonly Action[]>> = {
  'set-nix-option': [{ action: 'set-nix-option', name: 'fallback', value: 'true' }],
  'use-other-source': [
    { action: 'use-other-source', than: 'nixpkgs' },
    { action: 'use-other-source', than: 'starter' },
  ],
  'add-package': [{ action: 'add-package', name: 'bash' }],
  'search-packages': [{ action: 'search-packages' }],
  'name-source': [{ action: 'name-source', name: 'tools' }],
  lock: [{ action: 'lock', document: 'web.strata.json', update: 'tools' }],
  'plan-alone': [{ action: 'plan-alone' }],
};

/** Every action that a failure may name. */
export const ACTIONS: readonly Action[] = [
  ...OPTIONS.map((option): Action => ({ action: 'set-option', option })),
  ...Object.values(OTHERS).flat(),
];
