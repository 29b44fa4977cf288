import { describe, expect, test } from 'vitest';
import { DerivationFailed, type Need } from '../../../src/main/nix/derivation-failed.ts';
import { needs } from '../../../src/main/nix/needs.ts';

const base = (name: string) => `${'0'.repeat(32)}-${name}.drv`;
const path = (name: string) => `/nix/store/${base(name)}`;
const wanted = (name: string, isDefault = false) => ({ requested: name, isDefault, derivation: path(name) });

describe('what needs a derivation that failed', () => {
  /** What each needs. */
  const inputs = new Map(
    Object.entries({
      graph: ['gunicorn', 'flask', 'jq'],
      gunicorn: ['flask', 'setuptools'],
      flask: ['jinja', 'click'],
      click: ['werkzeug'],
      // A longer way to the same, and one that is no way.
      jinja: ['markupsafe'],
      markupsafe: ['click'],
      jq: ['oniguruma'],
    }).map(([name, its]) => [base(name), its.map(base)]),
  );

  test('is found from afar, each by its shortest way', () => {
    const found = needs([wanted('gunicorn'), wanted('jq'), wanted('flask')], path('werkzeug'), inputs);
    expect(found).toEqual([
      {
        requested: 'gunicorn',
        isDefault: false,
        chain: ['gunicorn', 'flask', 'click', 'werkzeug'].map(base),
      },
      { requested: 'flask', isDefault: false, chain: ['flask', 'click', 'werkzeug'].map(base) },
    ]);
  });

  test('may be itself', () => {
    expect(needs([wanted('jq')], path('jq'), new Map())).toEqual([
      { requested: 'jq', isDefault: false, chain: [base('jq')] },
    ]);
  });
});

describe('the sentence about it', () => {
  const failed = new DerivationFailed('build-failed', path('werkzeug-3.0'), 'failed to build: exit code 3', {
    hint: 'hint',
    log: 'log',
    details: { reason: 'failed' },
  });
  const need = (requested: string, ...chain: string[]): Need => ({
    requested,
    isDefault: false,
    chain: [...chain.map(base), base('werkzeug-3.0')],
  });

  test('names what was asked for and the way there, and keeps the rest', () => {
    const error = failed.neededBy([need('gunicorn', 'gunicorn-20', 'flask-3'), need('flask', 'flask-3')]);
    expect(error).toMatchObject({
      code: 'build-failed',
      message: 'gunicorn and flask need werkzeug-3.0, which failed to build: exit code 3.',
      hint: 'hint',
      log: 'log',
      details: { reason: 'failed', requested: ['gunicorn', 'flask'] },
    });
    expect(failed.neededBy([need('gunicorn', 'gunicorn-20', 'flask-3')]).message).toBe(
      'gunicorn needs werkzeug-3.0, which failed to build: exit code 3.\n(gunicorn-20 → flask-3 → werkzeug-3.0)',
    );
  });

  test('names as many as a person reads', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { message } = failed.neededBy(names.map((name) => need(name, name)));
    expect(message).toBe('a, b, c and 2 more need werkzeug-3.0, which failed to build: exit code 3.');
    const far = failed.neededBy([need('a', ...names, 'f', 'g')]).message;
    expect(far).toContain('(a → b → c → … 2 more … → f → g → werkzeug-3.0)');
  });

  test('is shorter where what was asked for failed itself', () => {
    const names = [need('python3Packages.werkzeug'), need('flask', 'flask-3')];
    expect(failed.neededBy(names).message).toBe(
      'python3Packages.werkzeug (werkzeug-3.0) failed to build: exit code 3.',
    );
  });

  test('offers to leave out what the user wrote, and no default', () => {
    const needed = failed.neededBy([{ ...need('cacert'), isDefault: true }, need('flask', 'flask-3')]);
    expect(needed.details).toMatchObject({ requested: ['flask'] });
  });

  test('never names the derivation that brings the packages together', () => {
    const graph = new DerivationFailed(
      'build-failed',
      path('strata-runtime-graph'),
      'failed to build: exit code 1',
    );
    expect(graph.message).toBe('The list of what the packages need failed to build: exit code 1.');
  });
});
