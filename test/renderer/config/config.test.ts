import { describe, expect, test } from 'vitest';
import { itemAt } from '../../../src/engine/graph/item-at.ts';
import { CHECKS } from '../../../src/renderer/features/config/config-checks.ts';
import { applyPreset, PRESETS } from '../../../src/renderer/features/config/presets.ts';
import { asSentence } from '../../../src/renderer/state/document/schema-problem.ts';
import { documentSchema } from '../../../src/shared/document.ts';

describe('checks while typing', () => {
  test('say what was expected', () => {
    expect(asSentence(CHECKS.name('Web!') ?? '')).toBe(
      '"Web!" is not a part of a repository name (lower-case letters, digits, . _ -).',
    );
    expect(asSentence(CHECKS.port('http') ?? '')).toBe('Expected a port such as 80/tcp.');
    expect(asSentence(CHECKS.variable('PATH') ?? '')).toBe('Expected NAME=value.');
    expect(asSentence(CHECKS.workingDir('tmp') ?? '')).toBe('Expected an absolute path.');
  });

  test('accept what the schema accepts', () => {
    expect(CHECKS.name('team/web')).toBeNull();
    expect(CHECKS.port('8080')).toBeNull();
    expect(CHECKS.port('53/udp')).toBeNull();
    expect(CHECKS.port('99999')).not.toBeNull();
    expect(CHECKS.port('0/tcp')).not.toBeNull();
    expect(CHECKS.variable('A=b=c')).toBeNull();
    expect(CHECKS.created('')).toBeNull();
    expect(CHECKS.created('2024-01-01T00:00:00Z')).toBeNull();
    expect(CHECKS.created('yesterday')).not.toBeNull();
    expect(CHECKS.signal('SIGTERM')).toBeNull();
    expect(CHECKS.signal('sigterm')).not.toBeNull();
  });
});

describe('presets', () => {
  const document = documentSchema.parse({
    version: 1,
    packages: ['bash', 'coreutils', 'nginx'],
    config: { Labels: { team: 'web' }, ExposedPorts: { '1/tcp': {} } },
  });

  test.each(PRESETS)('$title gives a config that the schema accepts, and leaves labels alone', (preset) => {
    const { config } = documentSchema.parse(applyPreset(document, preset).document);
    expect(config.Labels).toEqual({ team: 'web' });
  });

  test('what one preset sets does not stay when another is taken', () => {
    const [shell, service] = [itemAt(PRESETS, 0), itemAt(PRESETS, 1)];
    const { document: serving } = applyPreset(document, service);
    expect(applyPreset(serving, shell).document.config).toEqual({
      Labels: { team: 'web' },
      Cmd: ['bash'],
      WorkingDir: '/',
    });
  });

  test('a web service runs the server that is in the image', () => {
    const service = PRESETS.find(({ id }) => id === 'service');
    if (!service) throw new Error('There is no preset for services.');
    expect(applyPreset(document, service).document.config).toMatchObject({
      Entrypoint: ['nginx'],
      Cmd: ['-g', 'daemon off;'],
      StopSignal: 'SIGTERM',
    });
  });
});
