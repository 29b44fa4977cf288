import { shellWords } from '../../shared/command-line.ts';
import { type Action, withActionSaid } from '../../shared/errors.ts';
import { updateName } from '../../shared/source-names.ts';

type Option = Extract<Action, { readonly action: 'set-option' }>['option'];

const OPTION_SENTENCES = {
  builders: 'Name a machine for it with --builders.',
  'ca-file': 'Name the authority that signed it with --ca-file, or put it in /etc/containers/certs.d.',
  insecure: 'If it is a registry without TLS that you trust, allow that with --insecure.',
  known: 'Name images that exist one by one, each with its own --known.',
  'netrc-file': 'Name a netrc file that has the password with --netrc-file, or as netrc-file in nix.conf.',
  paths: 'Name store paths to begin with, such as those in a channel’s store-paths file, with --paths FILE.',
  patience: 'Wait longer with --patience SECONDS, or ask whoever runs it.',
  port: 'Choose another with --port, or leave it out for one that is free.',
  timeout: 'Give it more time with --timeout.',
} as const satisfies Record<Option, string>;

const SOURCE_SENTENCES = {
  nixpkgs:
    'Use the starter set (--source starter), or a nixpkgs that is on this machine (--source path:DIRECTORY).',
  starter: 'Other package sources do without: --source nixpkgs, path:DIRECTORY, git:URL or flake:REF.',
} as const;

/** Of a failure, or of a check that found one. */
interface Advice {
  readonly hint?: string | null | undefined;
  readonly action?: Action | null | undefined;
}

/** What the reader can do about a failure, with the options of the command line by name. */
export function hintWithOptions({ hint, action }: Advice): string | null {
  return withActionSaid(hint, action ? sentenceOf(action) : null);
}

function sentenceOf(action: Action): string {
  switch (action.action) {
    case 'set-option':
      return OPTION_SENTENCES[action.option];
    case 'set-nix-option':
      return `Nix's setting for that is \`--option ${action.name} ${action.value}\`, or in nix.conf.`;
    case 'use-other-source':
      return SOURCE_SENTENCES[action.than];
    case 'search-packages':
      return 'See what there is with `strata search WORDS`.';
    case 'name-source':
      return `Say what it is with --source-as ${action.name || 'NAME'}=SOURCE, or under sources in the document.`;
    case 'add-package':
      return `Add it with -p ${action.name}.`;
    case 'lock':
      return `Take it as it is now with \`strata ${shellWords(['lock', action.document, '--update', updateName(action.update)])}\`, or build without the lock: --no-lock.`;
    case 'plan-alone':
      return 'Leave out --known and --hints, or take the strategy strata.';
  }
}
