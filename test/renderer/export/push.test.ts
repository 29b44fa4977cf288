import { describe, expect, it } from 'vitest';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import { blobStateText, sumUpload } from '../../../src/renderer/features/export/upload-progress.ts';
import { accessQuestion } from '../../../src/renderer/registry/access-form.tsx';
import {
  isOnThisMachine,
  pullCommand,
  registryOf,
  suggestedReference,
} from '../../../src/renderer/registry/reference-words.ts';
import { accessTo, changeAccess } from '../../../src/renderer/registry/registry-state.ts';
import type { FailureData } from '../../../src/shared/contract/errors.ts';
import type { BlobUpload } from '../../../src/shared/contract/registry.ts';

describe('a reference as it is written', () => {
  it.each([
    ['127.0.0.1:5000/team/web:1', '127.0.0.1:5000', true],
    ['localhost/web', 'localhost', true],
    ['[::1]:5000/web', '[::1]:5000', true],
    ['registry.example/web', 'registry.example', false],
    ['team/web', null, false],
    ['web', null, false],
  ])('%s names the registry %s', (reference, registry, here) => {
    expect(registryOf(reference)).toBe(registry);
    expect(isOnThisMachine(registryOf(reference))).toBe(here);
  });

  it('is suggested for the registry that was used last', () => {
    expect(suggestedReference('registry.example', 'team/web', '1')).toBe('registry.example/team/web:1');
    expect(suggestedReference(null, 'web', 'latest')).toBe('127.0.0.1:5000/web:latest');
  });

  it('is pulled without TLS from this machine only', () => {
    expect(pullCommand('podman', '127.0.0.1:5000/web:1')).toBe(
      'podman pull --tls-verify=false 127.0.0.1:5000/web:1',
    );
    expect(pullCommand('podman', 'registry.example/web:1')).toBe('podman pull registry.example/web:1');
    expect(pullCommand('docker', '127.0.0.1:5000/web:1')).toBe('docker pull 127.0.0.1:5000/web:1');
    expect(pullCommand('skopeo', 'registry.example/web:1')).toBe(
      'skopeo copy docker://registry.example/web:1 oci:image',
    );
  });
});

const blob = (state: BlobUpload['state'], doneBytes: number, bytesPerSecond = 0): BlobUpload => ({
  digest: digestOfHex(state),
  title: state,
  state,
  sizeBytes: 100,
  doneBytes,
  bytesPerSecond,
});

describe('an upload as a whole', () => {
  it('counts only what has to go over the network', () => {
    const sum = sumUpload([
      blob('present', 100),
      blob('mounted', 100),
      blob('moved', 100),
      blob('moving', 40, 10),
      blob('moving', 20, 5),
      blob('waiting', 0),
    ]);
    expect(sum).toEqual({
      totalBytes: 400,
      doneBytes: 160,
      bytesPerSecond: 15,
      present: 2,
      moved: 1,
      left: 3,
    });
  });

  it('says how far each blob is', () => {
    expect(blobStateText(blob('moving', 40))).toBe('40 %');
    expect(blobStateText({ ...blob('moving', 0), sizeBytes: 0 })).toBe('100 %');
    expect(blobStateText(blob('present', 100))).toBe('there already');
  });
});

describe('how a registry is reached', () => {
  it('what is said of one registry is never used with another', () => {
    changeAccess('one.test/app', { insecure: true, credentials: { username: 'ada', password: 'secret' } });
    expect(accessTo('one.test/other:2')).toMatchObject({ insecure: true, credentials: { username: 'ada' } });
    expect(accessTo('two.test/app')).toEqual({ insecure: false, credentials: null, caFile: null });
    expect(accessTo('app')).toEqual({ insecure: false, credentials: null, caFile: null });
  });

  it.each([
    ['registry-unauthorized', null, 'account'],
    ['network', { host: 'one.test', problem: 'untrusted-certificate' }, 'trust'],
    ['network', { host: 'one.test', problem: 'no-tls' }, 'trust'],
    ['network', { host: 'one.test' }, null],
    ['network', null, null],
    ['registry-denied', ['problem'], null],
  ] as const)('a failure %s with %j asks for: %s', (code, details, question) => {
    expect(accessQuestion({ code, details: structuredClone(details) as FailureData['details'] })).toBe(
      question,
    );
  });

  it('without a failure nothing is asked', () => {
    expect(accessQuestion(null)).toBeNull();
  });
});
