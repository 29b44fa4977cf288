import { describe, expect, it } from 'vitest';
import { buildImageConfig, layerHistory } from '../../../src/engine/oci/build-config.ts';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import type { Digest, RuntimeConfig } from '../../../src/engine/oci/types.ts';

const diffId: Digest = digestOfHex('a'.repeat(64));

function build(config: RuntimeConfig, certificateFile?: string) {
  return buildImageConfig({
    platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
    created: '1970-01-01T00:00:01Z',
    config,
    certificateFile,
    layers: [{ diffId, history: 'hello-2.10' }],
  });
}

describe('the image configuration', () => {
  it('has the platform, the diffIDs and one entry of history a layer', () => {
    expect(build({})).toEqual({
      architecture: 'arm',
      variant: 'v7',
      os: 'linux',
      created: '1970-01-01T00:00:01Z',
      config: { Env: ['PATH=/bin:/usr/bin:/sbin:/usr/sbin'] },
      rootfs: { type: 'layers', diff_ids: [diffId] },
      history: [{ created: '1970-01-01T00:00:01Z', created_by: 'strata: hello-2.10' }],
    });
  });

  it('takes over what the user configured, and leaves out what is empty', () => {
    const config: RuntimeConfig = {
      User: '1000:1000',
      ExposedPorts: { '80/tcp': {} },
      Entrypoint: ['/bin/nginx'],
      Cmd: [],
      Volumes: { '/data': {} },
      WorkingDir: '/data',
      Labels: { 'org.example.team': 'web' },
      StopSignal: 'SIGQUIT',
    };
    const { Cmd: _, ...rest } = config;
    expect(build(config).config).toEqual({ ...rest, Env: ['PATH=/bin:/usr/bin:/sbin:/usr/sbin'] });
  });

  it('sets SSL_CERT_FILE where the image has certificates', () => {
    expect(build({}, '/etc/ssl/certs/ca-bundle.crt').config?.Env).toEqual([
      'PATH=/bin:/usr/bin:/sbin:/usr/sbin',
      'SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt',
    ]);
  });

  it('lets the user set PATH and SSL_CERT_FILE', () => {
    const Env = ['SSL_CERT_FILE=/mine.pem', 'A=1', 'PATH=/opt/bin', 'A=2'];
    expect(build({ Env }, '/etc/ssl/certs/ca-bundle.crt').config?.Env).toEqual([
      'PATH=/opt/bin',
      'SSL_CERT_FILE=/mine.pem',
      'A=2',
    ]);
  });
});

describe('layerHistory', () => {
  it('names the packages of a layer', () => {
    expect(layerHistory(['bash-5.2', 'zlib-1.3'])).toBe('bash-5.2, zlib-1.3');
  });

  it('stays short for a layer of thousands of paths', () => {
    const names = Array.from({ length: 5000 }, (_, index) => `package-${index}`);
    const line = layerHistory(names);
    expect(line.length).toBeLessThan(4200);
    const [, shown = '', more = ''] = /^(.*) and (\d+) more$/.exec(line) ?? [];
    expect(shown.split(', ').length + Number(more)).toBe(5000);
  });
});
