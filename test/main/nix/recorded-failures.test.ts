import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EMPTY_BUILD_STATE, reduceBuild } from '../../../src/main/nix/build-state.ts';
import { classifyNixFailure, type NixFailure } from '../../../src/main/nix/errors.ts';
import { parseInternalJson } from '../../../src/main/nix/internal-json.ts';
import { flakeProblem } from '../../../src/main/nix/source/flake-problems.ts';
import type { ErrorCode } from '../../../src/shared/errors.ts';

/**
 * What each version of Nix said where test/fixtures/nix/failures/default.nix fails, recorded by
 * support/record-failures.ts, and what Strata makes of it: the same words, whatever the version.
 */
const VERSIONS = ['2.8', '2.26', '2.34'];

const recordingsSchema = z.record(
  z.string(),
  z.object({ program: z.string(), exitCode: z.number(), lines: z.array(z.string()) }),
);

function recordingsOf(version: string) {
  const file = join(import.meta.dirname, `../../fixtures/nix/failures/${version}.json`);
  return recordingsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

function failureOf({ program, exitCode, lines }: ReturnType<typeof recordingsOf>[string]): NixFailure {
  const events = lines.flatMap(parseInternalJson);
  const messages = events.flatMap((event) => (event.type === 'message' ? [event] : []));
  const textsOf = (level: string) => messages.flatMap((event) => (event.level === level ? [event.text] : []));
  return {
    program,
    exitCode,
    messages: [...textsOf('notice'), ...textsOf('error')],
    warnings: textsOf('warning'),
    trace: messages.findLast(({ trace }) => trace !== undefined)?.trace,
    build: reduceBuild(
      EMPTY_BUILD_STATE,
      events.map((event) => ({ event, at: 0 })),
    ),
  };
}

const HASH = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
const CACHE = 'http://server.example';
const FILE = '/tmp/packages/default.nix';
const KEY = 'A key in trusted-public-keys is malformed';
const UNSIGNED = `cached-1.0 in ${CACHE} is not signed by a key that is trusted here.`;
const OTHER_HASH = `cached-1.0 could not be had from ${CACHE}: its hash is sha256:174jglcmnpyawq9pz07rrvlvl1bnrxjwi0ld14zc8swjinvs8cm0 instead of sha256:${'0'.repeat(52)}.`;
const OTHER_STORE = `The binary cache ${CACHE} is for stores at /other/store, and the store here is at /nix/store.`;
const evaluation = (what: string) => `The package source could not be evaluated: ${what}.`;
/** Nix does not always say which of the paths it was about. */
const ONE_OF = '(?:(?:cached-1\\.0|needs-cached-1\\.0|python3\\.13-jinja-3\\.1)(?: or (?=\\w)|(?! or)))+';
/** A fault of the signature, or of the key: some versions of Nix do not say which of the two. */
const SIGNATURE = new RegExp(
  `^(?:${KEY}, or the|The) signature of ${ONE_OF} in ${CACHE}(?: is malformed|: it is not Base64)\\.$`,
);
const SIGNATURE_OR_UNSIGNED = new RegExp(`${SIGNATURE.source}|^${UNSIGNED}$`);
const BROKE_OFF = `could not be had from ${CACHE}: the transfer broke off before the end.`;
const ERROR_500 = `could not be had from ${CACHE}: HTTP error 500.`;
const DAMAGED = `could not be had from ${CACHE}: what is there is damaged (input compression not recognized).`;
const MISSING =
  /^cached-1\.0 could not be had from http:\/\/server\.example: its file nar\/\w+\.nar is missing there, or may not be read\.$/;
const NONSENSE =
  /^http:\/\/server\.example is damaged: its file \w+\.narinfo, about (?:needs-)?cached-1\.0, makes no sense\.$/;
const MALFORMED_KEY = new RegExp(`^${KEY}(?:: nonsense)?\\.$`);
const NOT_BASE64_KEY = new RegExp(`^${KEY}(?:: right-1|, or .* Base64)`);

const OUTCOMES: Readonly<Record<string, readonly [ErrorCode, string | RegExp]>> = {
  gunicorn: ['build-failed', 'python3.13-werkzeug-3.0 failed to build: exit code 3.'],
  'no-output': ['build-failed', 'no-output-1.0 failed to build: it made no output out.'],
  killed: ['build-failed', 'killed-1.0 failed to build: signal 9 (Killed).'],
  cycle: ['build-failed', 'cycle-1.0 failed to build: its outputs a and b refer to each other.'],
  forbidden: [
    'build-failed',
    'forbidden-1.0 failed to build: it refers to python3.13-jinja-3.1, which it must not.',
  ],
  'other-system': [
    'unsupported-system',
    'other-system-1.0 cannot be built here: it needs a machine for aarch64-linux.',
  ],
  'other-feature': [
    'unsupported-system',
    'other-feature-1.0 cannot be built here: it needs a machine with the feature quantum.',
  ],
  'hash-mismatch': [
    'build-failed',
    `hash-mismatch-1.0 is not what the package expects: its hash is sha256-7LbDw7WtaXyYkUf3lK4/XPnSf24DWHcygBgPAIKKa0I= instead of ${HASH}.`,
  ],
  'fetch-mismatch': [
    'build-failed',
    `whole.tar.gz is not what the package expects: its hash is sha256-GwXbybQDlLQSsejh2+2m2vqfZYKvPkEchPUrS8KQa5E= instead of ${HASH}.`,
  ],
  'fetch-unreachable': [
    'network',
    /^nowhere\.tar\.gz could not be fetched from http:\/\/127\.0\.0\.1:9\/nowhere\.tar\.gz: Could(?:n't| not) connect to server\.$/,
  ],
  'fetch-missing': [
    'network',
    `missing.tar.gz could not be fetched from ${CACHE}/missing.tar.gz: HTTP error 404.`,
  ],
  'fetch-partial': [
    'network',
    `partial.tar.gz could not be fetched from ${CACHE}/partial.tar.gz: the transfer broke off before the end.`,
  ],
  'time-out': ['build-timeout', 'slow-1.0 took too long to build: it was ended after 2 seconds.'],
  silence: [
    'build-timeout',
    /^slow-1\.0 took too long to build: it was ended after 2 seconds(?: of silence)?\.$/,
  ],

  throws: [
    'evaluation-failed',
    /: throws has been renamed to thrown(?:, at \/tmp\/packages\/default\.nix:49:12)?\.$/,
  ],
  asserts: [
    'evaluation-failed',
    /: assertion '\(1 == 2\)' failed(?:: .*)?, at \/tmp\/packages\/default\.nix:50:13\.$/,
  ],
  recursion: ['evaluation-failed', evaluation(`infinite recursion encountered, at ${FILE}:51:23`)],
  'missing-attribute': ['evaluation-failed', evaluation(`attribute 'absent' missing, at ${FILE}:52:69`)],
  'not-a-string': [
    'evaluation-failed',
    /: cannot coerce a function to a string.*, at \/tmp\/packages\/default\.nix:53:51\.$/,
  ],
  'not-called': [
    'evaluation-failed',
    /called without required argument 'must', at \/tmp\/packages\/default\.nix:54:4[67]\.$/,
  ],
  undefined: [
    'evaluation-failed',
    evaluation("undefined variable 'pkgs', at /tmp/packages/undefined.nix:1:22"),
  ],
  syntax: [
    'evaluation-failed',
    evaluation("syntax error, unexpected '=', expecting ';', at /tmp/packages/syntax.nix:3:7"),
  ],
  'no-file': ['evaluation-failed', /absent\.nix/],
  deep: ['evaluation-failed', evaluation(`attribute 'absent' missing, at ${FILE}:58:60`)],
  'from-unreachable': [
    'network',
    /^http:\/\/127\.0\.0\.1:9\/nowhere\.tar\.gz could not be downloaded: Could(?:n't| not) connect to server\.$/,
  ],
  'from-missing': ['network', `${CACHE}/missing.tar.gz could not be downloaded: HTTP error 404.`],
  'from-mismatch': [
    'evaluation-failed',
    `${CACHE}/whole.tar.gz is not what the package source expects: its hash is sha256:14bbj314nazmhhf42gmgh9jrzynslvnxpqg8n49b9503nk4xn18v instead of sha256:${'0'.repeat(52)}.`,
  ],
  'from-tree': ['evaluation-failed', /^The package source uses .*switched off/],

  'nar-other, path': ['nix-failed', OTHER_HASH],
  'nar-other, package': ['build-failed', OTHER_HASH],
  'nar-other, needed': [
    'build-failed',
    `needs-cached-1.0 needs ${OTHER_HASH.replace(' could', ', which could')}`,
  ],
  'nar-other, copied': ['nix-failed', OTHER_HASH],
  'nar-missing, path': ['nix-failed', MISSING],
  'nar-missing, copied': ['nix-failed', MISSING],
  'nar-error, path': ['network', `cached-1.0 ${ERROR_500}`],
  'nar-error, package': ['network', `cached-1.0 ${ERROR_500}`],
  'nar-error, needed': ['network', `needs-cached-1.0 needs cached-1.0, which ${ERROR_500}`],
  'nar-error, copied': ['network', `cached-1.0 ${ERROR_500}`],
  'narinfo-error, path': ['network', `cached-1.0 ${ERROR_500}`],
  'narinfo-error, package': ['network', `cached-1.0 ${ERROR_500}`],
  'narinfo-error, needed': ['network', `needs-cached-1.0 ${ERROR_500}`],
  'narinfo-error, copied': [
    'network',
    /^http:\/\/server\.example does not give \w+\.narinfo: HTTP error 500\.$/,
  ],
  'password, path': ['network', 'No binary cache that could be reached has cached-1.0.'],
  // Up to 2.20, Nix does not say why.
  'password, copied': [
    'network',
    /^http:\/\/server\.example does not (?:answer as a binary cache does|give nix-cache-info: it asks for a password.* netrc-file lacks)\.$/,
  ],
  'nar-partial, path': ['network', `cached-1.0 ${BROKE_OFF}`],
  'nar-partial, package': ['network', `cached-1.0 ${BROKE_OFF}`],
  'nar-partial, needed': ['network', `needs-cached-1.0 needs cached-1.0, which ${BROKE_OFF}`],
  'nar-partial, copied': ['network', `cached-1.0 ${BROKE_OFF}`],
  'nar-garbage, path': ['nix-failed', `cached-1.0 ${DAMAGED}`],
  'nar-garbage, package': ['build-failed', `cached-1.0 ${DAMAGED}`],
  'nar-garbage, needed': ['build-failed', `needs-cached-1.0 ${DAMAGED}`],
  'nar-garbage, copied': ['nix-failed', `cached-1.0 ${DAMAGED}`],
  'narinfo-garbage, path': ['nix-failed', NONSENSE],
  'narinfo-garbage, package': ['nix-failed', NONSENSE],
  'narinfo-garbage, needed': ['nix-failed', NONSENSE],
  'narinfo-garbage, copied': ['nix-failed', NONSENSE],
  'unsigned, path': ['nix-failed', UNSIGNED],
  'unsigned, copied': ['nix-failed', UNSIGNED],
  'signed-by-another, path': ['nix-failed', UNSIGNED],
  'signed-by-another, copied': ['nix-failed', UNSIGNED],
  'signature-of-other-content, path': ['nix-failed', UNSIGNED],
  'signature-of-other-content, copied': ['nix-failed', UNSIGNED],
  // Up to 2.30, what is no signature is no trusted one.
  'signature-malformed, path': ['nix-failed', SIGNATURE_OR_UNSIGNED],
  'signature-malformed, package': ['nix-failed', SIGNATURE],
  'signature-malformed, needed': ['nix-failed', SIGNATURE],
  'signature-malformed, copied': ['nix-failed', SIGNATURE_OR_UNSIGNED],
  'signature-not-base64, path': ['nix-failed', SIGNATURE],
  'signature-not-base64, package': ['nix-failed', SIGNATURE],
  'signature-not-base64, needed': ['nix-failed', SIGNATURE],
  'signature-not-base64, copied': ['nix-failed', SIGNATURE],
  'signature-too-short, path': ['nix-failed', SIGNATURE],
  'signature-too-short, package': ['nix-failed', SIGNATURE],
  'signature-too-short, needed': ['nix-failed', SIGNATURE],
  'signature-too-short, copied': ['nix-failed', SIGNATURE],
  'key-malformed, path': ['nix-failed', MALFORMED_KEY],
  'key-malformed, package': ['nix-failed', MALFORMED_KEY],
  'key-malformed, needed': ['nix-failed', MALFORMED_KEY],
  'key-malformed, copied': ['nix-failed', MALFORMED_KEY],
  'key-not-base64, path': ['nix-failed', NOT_BASE64_KEY],
  'key-not-base64, package': ['nix-failed', NOT_BASE64_KEY],
  'key-not-base64, needed': ['nix-failed', NOT_BASE64_KEY],
  'key-not-base64, copied': ['nix-failed', NOT_BASE64_KEY],
  'key-too-short, path': ['nix-failed', `${KEY}.`],
  'key-too-short, package': ['nix-failed', `${KEY}.`],
  'key-too-short, needed': ['nix-failed', `${KEY}.`],
  'key-too-short, copied': ['nix-failed', `${KEY}.`],
  'cache-of-another-store, path': ['nix-failed', OTHER_STORE],
  'cache-of-another-store, copied': ['nix-failed', OTHER_STORE],
  'cache-unreachable, path': ['network', 'No binary cache that could be reached has cached-1.0.'],

  // src/main/nix/source/flake.ts says more of these.
  'flake-syntax': [
    'evaluation-failed',
    evaluation("syntax error, unexpected '}', expecting ';', at flake.nix:4:3"),
  ],
  'flake-absent': ['nix-failed', /flake\.nix/],
  'flake-no-outputs': ['nix-failed', /lacks attribute 'outputs'/],
  'flake-not-constant': ['evaluation-failed', /expected a string but got a thunk/],
  'flake-input-missing': ['nix-failed', /\/tmp\/flakes\/nowhere/],
  'flake-input-unreachable': [
    'network',
    /^http:\/\/127\.0\.0\.1:9\/x\.tar\.gz could not be downloaded: Could/,
  ],
  'flake-nowhere': ['nix-failed', /\/tmp\/flakes\/nowhere/],
  'flake-unknown-scheme': ['nix-failed', /'strange:thing' is unsupported/],
};

describe.each(VERSIONS)('Nix %s', (version) => {
  const recordings = recordingsOf(version);

  test.each(Object.keys(recordings))('%s', (name) => {
    const recording = recordings[name];
    const [code, message] = OUTCOMES[name] ?? [];
    if (recording === undefined || message === undefined) throw new Error(`${name} has no outcome`);
    const error = classifyNixFailure(failureOf(recording));
    expect(error.message).toMatch(message instanceof RegExp ? message : exactly(message));
    expect(error.code).toBe(code);
  });

  test('a failed build shows the end of its log, and nothing of what waited for it', () => {
    const { gunicorn } = recordings;
    if (gunicorn === undefined) throw new Error('not recorded');
    expect(classifyNixFailure(failureOf(gunicorn))).toMatchObject({
      log: 'compiling\nno such header: x.h',
      hint: expect.stringMatching(
        /^The whole log: nix-store --read-log \/nix\/store\/\w+-python3\.13-werkzeug-3\.0\.drv$/,
      ),
    });
  });

  test('what could not be taken from a binary cache can be built', () => {
    const recording = recordings['nar-partial, package'];
    if (recording === undefined) throw new Error('not recorded');
    const { action, log } = classifyNixFailure(failureOf(recording));
    expect(action).toEqual({ action: 'set-nix-option', name: 'fallback', value: 'true' });
    expect(log).toMatch(/^error: unable to download .*Transferred a partial file\)$/);
  });

  test('an evaluation shows the line of code that it failed at', () => {
    const { deep } = recordings;
    if (deep === undefined) throw new Error('not recorded');
    expect(classifyNixFailure(failureOf(deep)).log).toMatch(
      /^attribute 'absent' missing\n {2}at \/tmp\/packages\/default\.nix:58:60\n(?:.*\n)? +58\| {3}deep = make/,
    );
  });
});

describe.each(VERSIONS)('a flake that Nix %s does not describe', (version) => {
  const recordings = recordingsOf(version);

  test.each([
    [
      'syntax',
      'evaluation-failed',
      "The flake.nix of the:flake cannot be read: syntax error, unexpected '}', expecting ';', at flake.nix:4:3.",
    ],
    ['absent', 'source-unavailable', 'There is no flake.nix in the:flake.'],
    ['no-outputs', 'source-unavailable', 'The flake.nix of the:flake has no outputs.'],
    [
      'not-constant',
      'source-unavailable',
      'The flake.nix of the:flake has an expression where only a constant may stand, at flake.nix:1:3.',
    ],
    [
      'input-missing',
      'source-unavailable',
      /^The input other of the flake the:flake cannot be had: .*\/tmp\/flakes\/nowhere/,
    ],
    [
      'input-unreachable',
      'source-unavailable',
      /^The input other of the flake the:flake cannot be had: http:\/\/127\.0\.0\.1:9\/x\.tar\.gz could not be downloaded: /,
    ],
    ['nowhere', 'source-unavailable', 'There is nothing at the:flake.'],
    ['unknown-scheme', 'source-unavailable', 'the:flake is no flake reference that Nix knows.'],
  ] as const)('%s', (name, code, message) => {
    const recording = recordings[`flake-${name}`];
    if (recording === undefined) throw new Error('not recorded');
    const error = flakeProblem('the:flake', classifyNixFailure(failureOf(recording)));
    expect(error.message).toMatch(message instanceof RegExp ? message : exactly(message));
    expect(error.code).toBe(code);
  });
});

test('every outcome is that of something recorded', () => {
  const recorded = VERSIONS.flatMap((version) => Object.keys(recordingsOf(version)));
  expect(Object.keys(OUTCOMES).filter((name) => !recorded.includes(name))).toEqual([]);
});

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}
