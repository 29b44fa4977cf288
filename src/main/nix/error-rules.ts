import type { Rule } from './error-rule.ts';
import { REMOTE_STORE_RULES } from './remote-store-rules.ts';
import { STORE_HINT } from './store-problem.ts';

/** How nixpkgs refuses a package (pkgs/stdenv/generic/check-meta.nix), before 26.05 and since. */
function refusal(clause: string): RegExp {
  return new RegExp(`(?:Package ‘|[Rr]efusing to evaluate package ')([^’']+)[’'].*?${clause}`, 's');
}

/**
 * What Nix says, by how it says it: the exit status tells builds apart at best (100 failed, 101 timed out, 102 hash
 * mismatch), and everything else is 1. Earlier rules win: a full disk also makes a builder fail.
 */
export const RULES: readonly Rule[] = [
  {
    code: 'disk-full',
    pattern: /No space left on device|Disk quota exceeded|database or disk is full/,
    reason: 'disk-full',
    inLogs: true,
    message: () => 'The disk is full.',
    hint: 'Make room: `nix-collect-garbage` removes what no root holds, `strata cache prune --unused-for 30` old layers.',
  },
  {
    code: 'unfree-package',
    pattern: refusal('has an unfree license'),
    reason: 'unfree',
    message: ([, name]) => `${name} has an unfree licence.`,
    hint: 'Allow it with the import argument {"config": {"allowUnfree": true}}.',
  },
  {
    code: 'insecure-package',
    pattern: refusal('is marked as insecure'),
    reason: 'insecure',
    message: ([, name]) => `${name} has known vulnerabilities.`,
    hint: 'Allow it by name with the import argument {"config": {"permittedInsecurePackages": […]}}.',
  },
  {
    code: 'broken-package',
    pattern: refusal('is marked as broken'),
    reason: 'broken',
    message: ([, name]) => `${name} is marked as broken.`,
    hint: 'Try it all the same with the import argument {"config": {"allowBroken": true}}.',
  },
  {
    code: 'unsupported-system',
    pattern: refusal('is not (?:available on the requested hostPlatform|supported on)'),
    reason: 'unsupported',
    message: ([, name]) => `${name} is not made for this system.`,
  },
  {
    code: 'source-unavailable',
    pattern: /This version of Nixpkgs requires Nix >= ([\d.]+)/,
    reason: 'nix-too-old',
    message: ([, version]) => `This version of nixpkgs needs Nix ${version} or newer.`,
    hint: 'Update Nix, or name an older channel, such as nixos-24.11.',
  },
  {
    code: 'evaluation-failed',
    pattern: /experimental Nix feature '([^']+)' is disabled|attribute '(fetchTree|getFlake)' missing/,
    reason: 'feature-disabled',
    message: ([, feature = 'flakes', builtin]) =>
      `The package source uses ${builtin === undefined ? `the experimental feature ${feature}` : `builtins.${builtin}`}, ` +
      'which Nix has switched off.',
    action: ([, feature = 'flakes']) => ({
      action: 'set-nix-option',
      name: 'extra-experimental-features',
      value: feature,
    }),
  },
  {
    code: 'source-unavailable',
    pattern: /requires lock file changes/,
    reason: 'flake-not-locked',
    message: () => 'The lock file of the flake does not have all of its inputs.',
    hint: 'Write it with `nix flake lock`, in the directory of the flake, and commit it where that is a git repository.',
  },
  {
    code: 'source-unavailable',
    pattern: /executing 'git': No such file|program 'git'.*(?:not found|No such file)/,
    reason: 'git-missing',
    message: () => 'Nix fetches git repositories with git, and git is not installed.',
    hint: 'Install git.',
  },
  {
    code: 'file-system',
    pattern: /remounting (\S+) writable: |(\/nix\/[^'"\s]*)['"]?: Read-only file system/,
    reason: 'store-read-only',
    message: ([, mounted, place]) => `The Nix store is on a read-only file system (${mounted ?? place}).`,
    hint: 'Mount it writable, or name a store that can be written to with NIX_REMOTE.',
  },
  {
    code: 'nix-failed',
    pattern:
      /opening lock file '[^']*': Permission denied|(?:creating directory|(?:setting|could not set) permissions on|cannot open connection|opening file|changing ownership of path) ['"](?:\/nix|[^'"]*\/store)[^'"]*['"](?: to \d+)?: (?:Permission denied|Read-only file system|Operation not permitted)|path '[^']*' is not (?:writable|owned)/,
    reason: 'store-not-writable',
    message: () => 'The Nix store is not writable for this user.',
    hint: STORE_HINT,
  },
  {
    code: 'nix-failed',
    pattern: /executing '\/bin\/sh': No such file or directory/,
    reason: 'no-sandbox-shell',
    inLogs: true,
    message: () => 'The sandbox of this Nix has no /bin/sh, and the package source has no shell of its own.',
    hint: 'Give it one in nix.conf, for instance with `apt-get install busybox-static` and the line `extra-sandbox-paths = /bin/sh=/bin/busybox`.',
  },
  {
    code: 'nix-failed',
    pattern: /cannot connect to (?:socket|daemon) at '([^']+)'[^\n]*/,
    reason: 'daemon-unreachable',
    message: ([, socket]) => `The Nix daemon does not answer at ${socket}.`,
    hint: 'Start it, for instance with `systemctl start nix-daemon`.',
  },
  ...REMOTE_STORE_RULES,
  {
    code: 'unsupported-system',
    // A sentence of our own, from nix/load-pkgs.nix.
    pattern: /The flake has packages for [^\n]*/,
    reason: 'flake-system',
    message: ([text]) => `${text.replace(/\.?$/, '')}.`,
    hint: 'Name one of these systems for the image, or use another package source.',
  },
  {
    code: 'evaluation-failed',
    pattern: /hash mismatch in file downloaded from '([^']+)':\s+specified:\s*(\S+)\s+got:\s*(\S+)/,
    reason: 'hash-mismatch',
    message: ([, url, specified, got]) =>
      `${url} is not what the package source expects: its hash is ${got} instead of ${specified}.`,
    hint: 'It has changed at its address. Use another revision of the package source, or correct the hash.',
  },
  {
    code: 'evaluation-failed',
    // Sentences of our own, from nix/load-pkgs.nix.
    pattern:
      /(?:The package source is|The flake takes no import arguments|The flake has neither|An overlay is the path) [^\n]*/,
    reason: 'package-source',
    message: ([text]) => `${text.replace(/\.?$/, '')}.`,
  },
];
