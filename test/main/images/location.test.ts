import { describe, expect, it } from 'vitest';
import { parseLocation } from '../../../src/main/images/location.ts';

const onDisk = ['image.tar', 'busybox', '/a/b:c', 'web.strata.json'];
const read = (text: string) => parseLocation(text, (path) => onDisk.includes(path));

describe('parseLocation', () => {
  it.each([
    ['image.tar', { type: 'file', path: 'image.tar', name: undefined }],
    ['busybox', { type: 'file', path: 'busybox', name: undefined }],
    ['./missing', { type: 'file', path: './missing', name: undefined }],
    ['missing.tar', { type: 'file', path: 'missing.tar', name: undefined }],
    ['oci:image.tar:latest', { type: 'file', path: 'image.tar', name: 'latest' }],
    ['oci:/a/b:c', { type: 'file', path: '/a/b:c', name: undefined }],
    ['docker-archive:image.tar:team/web:1', { type: 'file', path: 'image.tar', name: 'team/web:1' }],
    ['oci-archive:nowhere', { type: 'file', path: 'nowhere', name: undefined }],
    ['web.strata.json', { type: 'document', path: 'web.strata.json' }],
  ])('takes %s for what is on disk', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each(['docker://busybox', 'debian', 'quay.io/team/web:1'])('takes %s for a reference', (text) => {
    expect(read(text).type).toBe('registry');
  });

  it('refuses what is neither', () => {
    expect(() => read('No Such Thing')).toThrow('is not an image reference');
  });
});
