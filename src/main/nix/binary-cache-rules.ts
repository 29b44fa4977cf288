import { storePathName } from '../../engine/graph/closure-graph.ts';
import type { Rule, RuleFacts } from './error-rule.ts';
import {
  CACHE_FILE,
  cacheOfFile,
  DOWNLOAD,
  downloadReason,
  failedSubstitution,
  SUBSTITUTION,
} from './failed-downloads.ts';
import { NO_BUILDER_RULE } from './remote-store-rules.ts';

const KEY_HINT =
  'A key has the form NAME:BASE64, as the owner of the binary cache gives it. See trusted-public-keys in nix.conf, NIX_CONFIG and the options given.';
const SIGNATURE_HINT =
  'Tell who runs the binary cache; until it is mended, take it out of the substituters, so that the package is built here.';

/** More names of paths that may be meant than this say nothing. */
const FEW = 3;

/** What is asked only where no derivation is known to have failed: a build says more than what was tried before it. */
export const RULES_WITHOUT_BUILD: readonly Rule[] = [
  {
    code: 'network',
    pattern: CACHE_FILE,
    reason: 'cache-unreachable',
    message: (match, { cacheFiles }) => {
      const [, url = ''] = match;
      const [cache, path] = [cacheOfFile(url), cacheFiles[url]];
      const reason = downloadReason(match);
      if (path !== undefined) return `${storePathName(path)} could not be had from ${cache}: ${reason}.`;
      return `${cache} does not give ${url.slice(url.lastIndexOf('/') + 1)}: ${reason}.`;
    },
    hint: 'Try again, name other substituters, or have what the binary cache does not give built instead.',
    action: () => ({ action: 'set-nix-option', name: 'fallback', value: 'true' }),
  },
  {
    code: 'network',
    pattern: DOWNLOAD,
    reason: 'unreachable',
    message: (match) => `${match[1]} could not be downloaded: ${downloadReason(match)}.`,
    hint: 'Check the address and the network connection.',
  },
  {
    code: 'network',
    pattern: /fatal: unable to access '([^']+)': ([^\n]+)/,
    reason: 'unreachable',
    message: ([, url, why]) => `${url} cannot be reached: ${why?.trim().replace(/\.$/, '')}.`,
    hint: 'Check the address and the network connection.',
  },
  {
    code: 'nix-failed',
    pattern:
      /(?:while decoding key named '([^']*)' with raw value '([^']*)'|\bkey is corrupt|public key is not valid)/,
    reason: 'key-malformed',
    message: ([, name, value]) =>
      `A key in trusted-public-keys is malformed${name || value ? `: ${name || value}` : ''}.`,
    hint: KEY_HINT,
  },
  {
    code: 'nix-failed',
    pattern: /signature is (?:not valid|corrupt)/,
    reason: 'signature-malformed',
    message: (_, facts) => `The signature of ${pathOf(facts, 'a path')} in ${cacheOf(facts)} is malformed.`,
    hint: SIGNATURE_HINT,
  },
  {
    code: 'nix-failed',
    pattern: /invalid character in Base64 string/,
    reason: 'signature-malformed',
    message: (_, facts) =>
      `A key in trusted-public-keys is malformed, or the signature of ${pathOf(facts, 'a path')} in ${cacheOf(facts)}: it is not Base64.`,
    hint: `${KEY_HINT} ${SIGNATURE_HINT}`,
  },
  {
    code: 'nix-failed',
    pattern: /cannot add path '([^']+)' because it lacks a (?:valid signature|signature by a trusted key)/,
    reason: 'signature-missing',
    message: ([, path = ''], facts) =>
      `${storePathName(path)}${facts.caches.length === 0 ? '' : ` in ${cacheOf(facts)}`} is not signed by a key that is trusted here.`,
    hint: 'Add the public key of the store that it comes from to trusted-public-keys in nix.conf, or trust every store.',
    action: () => ({ action: 'set-nix-option', name: 'require-sigs', value: 'false' }),
  },
  {
    code: 'nix-failed',
    pattern: /NAR info file '([^']+)' is corrupt/,
    reason: 'cache-damaged',
    message: ([, file], facts) => {
      const path = facts.caches.map((cache) => facts.cacheFiles[`${cache}/${file}`]).find(isDefined);
      const about = path === undefined ? '' : `, about ${storePathName(path)},`;
      return `${cacheOf(facts, 'A binary cache')} is damaged: its file ${file}${about} makes no sense.`;
    },
    hint: 'Check that the address is that of a binary cache, or take it out of the substituters.',
  },
  {
    code: 'nix-failed',
    pattern: /binary cache '([^']+)' is for Nix stores with prefix '([^']+)', not '([^']+)'/,
    inWarnings: true,
    reason: 'other-store-directory',
    message: ([, cache, theirs, ours]) =>
      `The binary cache ${cache} is for stores at ${theirs}, and the store here is at ${ours}.`,
    hint: 'Take it out of the substituters: nothing in it fits here.',
  },
  {
    code: 'nix-failed',
    pattern: SUBSTITUTION,
    inWarnings: true,
    reason: 'cache-damaged',
    message: (match, facts) => {
      const { path, cache, why } = failedSubstitution(match, facts.cacheFiles);
      const name = path === undefined ? pathOf(facts, 'A path') : storePathName(path);
      return `${name} could not be had from ${cache ?? cacheOf(facts)}: ${why}.`;
    },
    hint: 'Try again, or take the binary cache out of the substituters.',
  },
  {
    code: 'nix-failed',
    pattern:
      /ignoring substitute for '([^']+)' from '([^']+)'|substitute for '([^']+)' from '([^']+)' is not signed/,
    inWarnings: true,
    reason: 'signature-missing',
    message: ([, path, cache, olderPath, olderCache]) =>
      `${storePathName(path ?? olderPath ?? '')} in ${cache ?? olderCache} is not signed by a key that is trusted here.`,
    hint: 'Add the public key of the binary cache to trusted-public-keys in nix.conf.',
  },
  {
    code: 'network',
    pattern: /'([^']+)' does not appear to be a binary cache/,
    reason: 'cache-unreachable',
    message: ([, cache]) => `${cache} does not answer as a binary cache does.`,
    hint: "Check its address, and whether it asks for a password (Nix's setting netrc-file).",
  },
  NO_BUILDER_RULE,
  {
    code: 'network',
    pattern: /path '([^']+)' is required, but there is no substituter|build of '([^']+)' failed/,
    inWarnings: true,
    reason: 'not-in-caches',
    message: ([, path, older]) =>
      `No binary cache that could be reached has ${storePathName(path ?? older ?? '')}.`,
    hint: "Check the substituters, the network connection, and whether a cache asks for a password (Nix's setting netrc-file).",
  },
];

/** What was to be fetched, else asked for, where that is few enough to be named. */
function pathOf({ unfetched, cacheFiles }: RuleFacts, unknown: string): string {
  const asked = unfetched.length > 0 ? unfetched : [...new Set(Object.values(cacheFiles))];
  const [first, ...more] = asked.map(storePathName);
  if (first === undefined || more.length > FEW) return unknown;
  return [first, ...more].join(' or ');
}

function cacheOf({ caches }: RuleFacts, unknown = 'a binary cache'): string {
  return caches.length === 0 ? unknown : caches.join(' or ');
}

function isDefined<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}
