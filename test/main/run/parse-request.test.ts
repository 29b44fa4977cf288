import { expect, it } from 'vitest';
import { parseVariable, parseVolume } from '../../../src/main/run/parse-request.ts';

it('reads volumes', () => {
  expect(parseVolume('/tmp:/data')).toEqual({ from: '/tmp', to: '/data', isReadOnly: false });
  expect(parseVolume('.:/data:ro')).toEqual({ from: process.cwd(), to: '/data', isReadOnly: true });
  expect(parseVolume('/tmp:/data:rw').isReadOnly).toBe(false);
});

it.each(['/tmp', '/tmp:data', '/tmp:/data:z', ':/data', '/nowhere-at-all:/data'])('refuses %s', (text) => {
  expect(() => parseVolume(text)).toThrow(/is no volume|There is no/);
});

it('reads variables', () => {
  expect(parseVariable('A=b=c', {})).toEqual(['A=b=c']);
  expect(parseVariable('A', { A: 'here' })).toEqual(['A=here']);
  expect(parseVariable('A', {})).toEqual([]);
  expect(() => parseVariable('=x', {})).toThrow('is no variable');
});
