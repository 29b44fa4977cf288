import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../../../src/main/registry/transport/challenge.ts';

function read(...headers: string[]) {
  return parseChallenges(headers).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('parseChallenges', () => {
  it('reads a bearer challenge with quoted parameters', () => {
    expect(
      read('Bearer realm="https://auth.example/token",service="r",scope="repository:a:pull,push"'),
    ).toEqual([
      ['bearer', { realm: 'https://auth.example/token', service: 'r', scope: 'repository:a:pull,push' }],
    ]);
  });

  it('reads several challenges from one header and from several', () => {
    const basic = ['basic', { realm: 'a' }];
    const bearer = ['bearer', { realm: 'b', service: 'c' }];
    expect(read('Basic realm="a", Bearer realm="b", service=c')).toEqual([basic, bearer]);
    expect(read('Basic realm="a"', 'Bearer realm="b",service="c"')).toEqual([basic, bearer]);
  });

  it('keeps commas and quotation marks inside quotation marks', () => {
    expect(read('Basic realm="a, \\"b\\" = c", charset="UTF-8"')).toEqual([
      ['basic', { realm: 'a, "b" = c', charset: 'UTF-8' }],
    ]);
  });

  it('steps over a token68 and a scheme alone', () => {
    expect(read('Negotiate YWJj==, Basic realm=x')).toEqual([
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ]);
    expect(read('Negotiate, Basic realm=x')).toEqual([
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ]);
  });

  it('gives what it understood of a header that breaks off', () => {
    expect(read('Basic realm="a", Bearer realm="b')).toEqual([
      ['basic', { realm: 'a' }],
      ['bearer', {}],
    ]);
    expect(read('', '"', '=')).toEqual([]);
  });
});
