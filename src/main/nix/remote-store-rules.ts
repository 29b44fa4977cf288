import type { Rule } from './error-rule.ts';

/** What Nix says last where it could not speak to another machine; what SSH says about why stands before. */
const REMOTE = `(?:failed to start SSH connection to|cannot connect to|cannot build on|cannot open connection to remote store) '([^']+)'`;

function afterSsh(clause: string): RegExp {
  return new RegExp(`${clause}[^]*?${REMOTE}`, 'm');
}

/** Another machine that is named as a store or a builder, by where it fails to be one: first SSH, then the Nix there. */
export const REMOTE_STORE_RULES: readonly Rule[] = [
  {
    code: 'network',
    pattern: afterSsh('^Host key verification failed'),
    reason: 'host-key-unknown',
    message: ([, store]) =>
      `The SSH host key of ${hostOf(store)} is not the one that is known here, or none is.`,
    hint: 'Connect once with `ssh` and accept the key, as the user whom Nix runs as: for builders of a Nix daemon that is root.',
  },
  {
    code: 'network',
    pattern: afterSsh(String.raw`(Permission denied \([^)\n]*\))`),
    reason: 'ssh-refused',
    message: ([, why, store]) => `${hostOf(store)} does not let Nix in over SSH: ${why}.`,
    hint: 'Nix cannot ask for a password: name a key that lets it in, in ~/.ssh/config or as in `NIX_SSHOPTS="-i KEY"`; for builders of a Nix daemon, root\'s.',
  },
  {
    code: 'network',
    pattern: afterSsh(`^(?:.*[ :/])?(nix-daemon|nix-store)['’]?: (?:command )?(?:not found|No such file)`),
    reason: 'no-nix-there',
    message: ([, program, store]) =>
      `There is no ${program} on ${hostOf(store)} where SSH looks for programs.`,
    hint: 'Install Nix there, or say where it is: `?remote-program=/nix/var/nix/profiles/default/bin/nix-daemon` at the end of the address.',
  },
  {
    code: 'network',
    pattern: afterSsh(
      String.raw`^ssh: (?:connect to host \S+ port \d+|Could not resolve hostname [^:\n]+): ([^\n]+)`,
    ),
    reason: 'store-unreachable',
    message: ([, why, store]) => `${hostOf(store)} cannot be reached over SSH: ${why?.trim()}.`,
    hint: 'Check the address, and that `ssh` reaches the machine.',
  },
  {
    code: 'network',
    pattern: new RegExp(REMOTE),
    reason: 'store-unreachable',
    message: ([, store]) => `The store ${store} cannot be reached.`,
    hint: 'Check the address, and that `ssh` reaches the machine without asking.',
  },
];

/** Up to Nix 2.30, which do not say what could not be built. */
export const NO_BUILDER_RULE: Rule = {
  code: 'unsupported-system',
  pattern: /unable to start any build/i,
  reason: 'no-builder',
  message: () =>
    'Nothing can be built: no builder is for this system with these features, and building here is switched off.',
  hint: 'Builds on this machine may be allowed (max-jobs in nix.conf).',
  action: () => ({ action: 'set-option', option: 'builders' }),
};

/** `ssh-ng://me@host?remote-store=…` gives `me@host`. */
function hostOf(store: string | undefined): string {
  return (store ?? '').replace(/^[a-z-]+:\/\//, '').replace(/[/?].*$/s, '') || 'the other machine';
}
