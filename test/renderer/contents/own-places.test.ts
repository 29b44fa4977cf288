import ignore from '@balena/dockerignore';
import { expect, test } from 'vitest';
import {
  directoryOf,
  fromDocument,
  inImage,
  patternFor,
  textOf,
} from '../../../src/renderer/features/contents/own-places.ts';

test('what is beside the document or below is named relative to it', () => {
  const document = '/home/me/app/web.strata.json';
  expect(fromDocument('/home/me/app/src/main.py', document)).toBe('src/main.py');
  expect(fromDocument('/home/me/application', document)).toBe('/home/me/application');
  expect(fromDocument('/home/me/app/src', null)).toBe('/home/me/app/src');
});

test('what is new goes into the directory that is chosen, or that the chosen file is in', () => {
  expect(inImage(directoryOf({ path: '/srv', type: 'directory' }), 'app')).toBe('/srv/app');
  expect(inImage(directoryOf({ path: '/etc/hosts', type: 'file' }), 'app')).toBe('/etc/app');
  expect(inImage(directoryOf({ path: '/bin', type: 'link' }), 'app')).toBe('/app');
  expect(inImage(directoryOf(null), 'app')).toBe('/app');
});

test('a pattern leaves out the one file that it was made of', () => {
  expect(patternFor('/srv/app', '/srv/app/')).toBeNull();
  for (const name of ['a/b.log', 'a[1].py', '#notes', '!important', 'what?']) {
    const pattern = patternFor(`/srv/app/${name}`, '/srv/app') ?? '';
    expect(ignore().add(pattern).ignores(name), name).toBe(true);
    expect(ignore().add(pattern).ignores('a1.py'), name).toBe(false);
  }
});

test('only what is text, and not long, is taken as text', () => {
  const bytes = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;
  expect(textOf(bytes('grüße\n'))).toBe('grüße\n');
  expect(textOf(bytes('a\0b'))).toBeNull();
  expect(textOf(new Uint8Array([0xff, 0xfe]).buffer)).toBeNull();
  expect(textOf(bytes('x'.repeat(100_001)))).toBeNull();
});
