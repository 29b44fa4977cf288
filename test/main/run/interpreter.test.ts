import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { expect, it } from 'vitest';
import { interpreterOf } from '../../../src/main/run/interpreter.ts';

const of = (bytes: Buffer) =>
  interpreterOf(bytes.subarray(0, 4096), (offset, length) => bytes.subarray(offset, offset + length));

it('finds the loader of an ELF program, as file(1) or ldd(1) does', () => {
  const program = realpathSync('/bin/sh');
  const loader = of(readFileSync(program)) ?? '';
  expect(loader).toMatch(/^\/lib.*ld-linux/);
  expect(execFileSync('ldd', [program], { encoding: 'utf8' })).toContain(loader);
});

it.each([
  ['#!/bin/sh\n', '/bin/sh'],
  ['#! /usr/bin/env  python3 -u\nx', '/usr/bin/env'],
  ['#!\n', undefined],
  ['', undefined],
  ['\x7fELF', undefined],
  [`\x7fELF\x02\x01${'\xff'.repeat(80)}`, undefined],
  ['plain text', undefined],
])('of %j', (text, interpreter) => {
  expect(of(Buffer.from(text, 'latin1'))).toBe(interpreter);
});
