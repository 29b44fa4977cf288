import { describe, expect, test } from 'vitest';
import { parseInternalJson } from '../../../src/main/nix/internal-json.ts';

const DRV = '/nix/store/05xns0r7chxq76yrjmaxpqnd9pzivv79-aa.drv';
const PATH = '/nix/store/6wjq3vv2aq2g3l4wnwqjacm9qswdkhcd-lib-1.0';

describe('a line of --log-format internal-json', () => {
  test.each([
    [
      'the start of a build',
      `@nix {"action":"start","fields":["${DRV}","",1,1],"id":27,"level":3,"text":"building","type":105}`,
      [{ type: 'build-started', id: '27', derivation: DRV, machine: null }],
    ],
    [
      'the start of a build on another machine',
      `@nix {"action":"start","fields":["${DRV}","ssh-ng://builder",1,1],"id":27,"level":3,"text":"","type":105}`,
      [{ type: 'build-started', id: '27', derivation: DRV, machine: 'ssh-ng://builder' }],
    ],
    [
      'a line of a build log, without its colours',
      '@nix {"action":"result","fields":["\\u001b[31mred\\u001b[0m line"],"id":27,"type":101}',
      [{ type: 'build-log', id: '27', line: 'red line' }],
    ],
    [
      'a phase',
      '@nix {"action":"result","fields":["buildPhase"],"id":27,"type":104}',
      [{ type: 'build-phase', id: '27', phase: 'buildPhase' }],
    ],
    [
      'a path that is copied',
      `@nix {"action":"start","fields":["${PATH}","http://127.0.0.1:8765","local"],"id":9,"level":3,"text":"","type":100}`,
      [
        {
          type: 'download-started',
          id: '9',
          path: PATH,
          from: 'http://127.0.0.1:8765',
          by: 'copy',
        },
      ],
    ],
    [
      'a path that is copied from a cache with a password in its address',
      `@nix {"action":"start","fields":["${PATH}","https://me:secret@cache","local"],"id":9,"level":3,"text":"","type":100}`,
      [{ type: 'download-started', id: '9', path: PATH, from: 'https://cache', by: 'copy' }],
    ],
    [
      'a path that a binary cache gives',
      `@nix {"action":"start","fields":["${PATH}","https://cache"],"id":9,"level":0,"text":"","type":108}`,
      [{ type: 'download-started', id: '9', path: PATH, from: 'https://cache', by: 'substituter' }],
    ],
    [
      'all substitutions of a run',
      '@nix {"action":"start","id":9,"level":0,"parent":0,"text":"","type":103}',
      [{ type: 'counter-started', id: '9', counts: 'substituter' }],
    ],
    [
      'a derivation that is copied to a builder: nothing to show',
      `@nix {"action":"start","fields":["${DRV}","local","ssh-ng://builder"],"id":9,"level":3,"text":"","type":100}`,
      [],
    ],
    [
      'a file that is fetched, without the password in its address',
      '@nix {"action":"start","fields":["https://me:secret@host/a.tar.gz"],"id":9,"parent":8,"level":4,"text":"","type":101}',
      [{ type: 'transfer-started', id: '9', parent: '8', url: 'https://host/a.tar.gz' }],
    ],
    [
      'progress',
      '@nix {"action":"result","fields":[160768,3000492,0,0],"id":9,"type":105}',
      [{ type: 'progress', id: '9', done: 160768, expected: 3000492 }],
    ],
    ['an end', '@nix {"action":"stop","id":9}', [{ type: 'stopped', id: '9' }]],
    [
      'a planned build',
      `@nix {"action":"msg","level":3,"msg":"  ${DRV}"}`,
      [{ type: 'planned-build', derivation: DRV }],
    ],
    [
      'a planned download',
      `@nix {"action":"msg","level":3,"msg":"  ${PATH}"}`,
      [{ type: 'planned-download', path: PATH }],
    ],
    [
      'the sizes of what is planned',
      '@nix {"action":"msg","level":3,"msg":"these 2 paths will be fetched (2.86 MiB download, 1.50 GiB unpacked):"}',
      [{ type: 'planned-bytes', downloadBytes: 2_998_927, unpackedBytes: 1_610_612_736 }],
    ],
    [
      'an error about a builder',
      `@nix {"action":"msg","level":0,"msg":"\\u001b[31;1merror:\\u001b[0m builder for '\\u001b[35;1m${DRV}\\u001b[0m' failed with exit code 3"}`,
      [
        { type: 'build-failed', derivation: DRV, reason: 'failed' },
        { type: 'message', level: 'error', text: `error: builder for '${DRV}' failed with exit code 3` },
      ],
    ],
    [
      'a warning',
      '@nix {"action":"msg","level":1,"msg":"\\u001b[35;1mwarning:\\u001b[0m low"}',
      [{ type: 'message', level: 'warning', text: 'warning: low' }],
    ],
    [
      'a warning of a remote store, which comes as an error',
      '@nix {"action":"msg","level":0,"msg":"warning: low"}',
      [{ type: 'message', level: 'warning', text: 'warning: low' }],
    ],
    [
      'an address with a password, which is not shown',
      '@nix {"action":"msg","level":1,"msg":"warning: cannot read https://me:secret@git.example/set"}',
      [{ type: 'message', level: 'warning', text: 'warning: cannot read https://git.example/set' }],
    ],
    [
      'what a program wrote that Nix ran',
      'FATAL: boom',
      [{ type: 'message', level: 'notice', text: 'FATAL: boom' }],
    ],
  ])('%s', (_, line, events) => {
    expect(parseInternalJson(line)).toEqual(events);
  });

  test.each([
    ['JSON that ends too soon', '@nix {"action":"start","id":1'],
    ['no JSON', '@nix what?'],
    ['not an object', '@nix 3'],
    ['an action that is not known', '@nix {"action":"sing","id":1}'],
    ['no id', '@nix {"action":"stop"}'],
    ['fields of another kind', '@nix {"action":"result","id":1,"type":105,"fields":["a","b"]}'],
    ['no fields', '@nix {"action":"start","id":1,"type":105,"text":""}'],
    ['an empty line', ''],
  ])('with %s gives nothing, and no error', (_, line) => {
    expect(parseInternalJson(line)).toEqual([]);
  });

  test('keeps ids apart that a double would make one of', () => {
    const ids = ['18014398509481984', '18014398509481985'].flatMap((id) =>
      parseInternalJson(`@nix {"action":"stop","id":${id}}`),
    );
    expect(ids).toEqual([
      { type: 'stopped', id: '18014398509481984' },
      { type: 'stopped', id: '18014398509481985' },
    ]);
  });

  test('is not fooled by a build that prints what looks like the protocol', () => {
    const line =
      '@nix {"action":"result","id":7,"type":101,"fields":["@nix {\\"action\\":\\"stop\\",\\"id\\":7}"]}';
    expect(parseInternalJson(line)).toEqual([
      { type: 'build-log', id: '7', line: '@nix {"action":"stop","id":7}' },
    ]);
  });
});
