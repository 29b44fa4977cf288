import { describe, expect, it } from 'vitest';
import { baseHistory, mergeConfig } from '../../../src/engine/oci/base-config.ts';
import { buildImageConfig } from '../../../src/engine/oci/build-config.ts';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import type { ImageConfig, RuntimeConfig } from '../../../src/engine/oci/types.ts';

const base: RuntimeConfig = {
  User: 'app',
  Env: ['PATH=/usr/local/bin:/usr/bin', 'LANG=C'],
  Entrypoint: ['/entry'],
  Cmd: ['serve'],
  Labels: { os: 'debian', team: 'base' },
  ExposedPorts: { '80/tcp': {} },
  Volumes: { '/data': {} },
  WorkingDir: '/srv',
  StopSignal: 'SIGQUIT',
  Healthcheck: { Test: ['CMD', 'true'] },
  Shell: ['/bin/bash', '-c'],
};

describe('a configuration on top of a base', () => {
  it('inherits what it does not say', () => {
    expect(mergeConfig(base, {})).toEqual(base);
  });

  it('adds by name to environment, labels, ports and volumes', () => {
    const own = {
      Env: ['LANG=de', 'A=1'],
      Labels: { team: 'web' },
      ExposedPorts: { '81/tcp': {} },
      Volumes: { '/more': {} },
    };
    expect(mergeConfig(base, own)).toEqual({
      ...base,
      Env: ['PATH=/usr/local/bin:/usr/bin', 'LANG=de', 'A=1'],
      Labels: { os: 'debian', team: 'web' },
      ExposedPorts: { '80/tcp': {}, '81/tcp': {} },
      Volumes: { '/data': {}, '/more': {} },
    });
  });

  it('replaces all else', () => {
    const own = { User: '0', WorkingDir: '/', StopSignal: 'SIGTERM', Healthcheck: { Test: ['NONE'] } };
    expect(mergeConfig(base, own)).toEqual({ ...base, ...own });
  });

  it('puts the arguments of the base out of use with an entry point of its own', () => {
    expect(mergeConfig(base, { Entrypoint: ['/mine'] }).Cmd).toBeUndefined();
    expect(mergeConfig(base, { Entrypoint: ['/mine'], Cmd: ['x'] }).Cmd).toEqual(['x']);
    expect(mergeConfig(base, { Entrypoint: [] })).not.toHaveProperty('Cmd');
    expect(mergeConfig(base, { Cmd: ['x'] })).toMatchObject({ Entrypoint: ['/entry'], Cmd: ['x'] });
  });
});

describe('the history of a base', () => {
  const diffIds = ['a', 'b'].map((hex) => digestOfHex(hex.repeat(64)));
  const config = (history?: ImageConfig['history']): ImageConfig => ({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: diffIds },
    ...(history && { history }),
  });

  it('is kept with the entries that stand for no layer', () => {
    const history = [{ created_by: 'ADD' }, { created_by: 'ENV', empty_layer: true }, { created_by: 'RUN' }];
    expect(baseHistory(config(history), 'base')).toEqual(history);
  });

  it.each([
    [undefined, 2],
    [[{ created_by: 'ADD' }], 2],
    [[{}, {}, {}], 2],
  ])('has an entry for each layer: %j', (history, layers) => {
    const entries = baseHistory(config(history), 'base');
    expect(entries.filter(({ empty_layer }) => empty_layer !== true)).toHaveLength(layers);
  });

  it('comes before that of the image, as its layers do', () => {
    const built = buildImageConfig({
      platform: { os: 'linux', architecture: 'amd64' },
      created: '1970-01-01T00:00:01Z',
      config: {},
      certificateFile: '/etc/ssl/certs/ca-bundle.crt',
      base: { name: 'base', config: { ...config(), config: { Env: ['PATH=/opt', 'SSL_CERT_FILE=/mine'] } } },
      layers: [{ diffId: digestOfHex('c'.repeat(64)), history: 'hello' }],
    });
    expect(built.rootfs.diff_ids).toEqual([...diffIds, digestOfHex('c'.repeat(64))]);
    expect(built.history?.map(({ created_by }) => created_by)).toEqual([
      'a layer of base',
      'a layer of base',
      'strata: hello',
    ]);
    expect(built.config?.Env).toEqual(['PATH=/opt', 'SSL_CERT_FILE=/mine']);
  });
});
