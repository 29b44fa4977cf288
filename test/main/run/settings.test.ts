import { describe, expect, it } from 'vitest';
import { identityOf } from '../../../src/main/run/identity.ts';
import { programWords, runSettings, signalOf } from '../../../src/main/run/settings.ts';
import { PLAIN_RUN } from '../../support/run-request.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/var/lib/app:/bin/sh\nhalf:x:7:8\n';
const GROUP = 'root:x:0:\napp:x:1000:\nlog:x:30:half,app\nweb:x:20:app\nown:x:1000:app\n';

describe('identityOf', () => {
  it.each([
    [undefined, { uid: 0, gid: 0, groups: [], home: '/root' }],
    ['', { uid: 0, gid: 0, groups: [], home: '/root' }],
    ['app', { uid: 1000, gid: 1000, groups: [20, 30], home: '/var/lib/app' }],
    ['1000', { uid: 1000, gid: 1000, groups: [20, 30], home: '/var/lib/app' }],
    ['app:web', { uid: 1000, gid: 20, groups: [], home: '/var/lib/app' }],
    ['app:55', { uid: 1000, gid: 55, groups: [], home: '/var/lib/app' }],
    ['4242', { uid: 4242, gid: 0, groups: [], home: '/' }],
    ['4242:30', { uid: 4242, gid: 30, groups: [], home: '/' }],
    ['half', { uid: 7, gid: 8, groups: [30], home: '/' }],
  ])('of %j', (user, identity) => {
    expect(identityOf(user, PASSWD, GROUP)).toEqual(identity);
  });
});

describe('runSettings', () => {
  const config = {
    User: 'app',
    Env: ['PATH=/bin', 'A=image', 'B=x=y'],
    Entrypoint: ['server'],
    Cmd: ['--serve'],
    WorkingDir: '/srv',
  };
  const input = { config, passwd: PASSWD, group: GROUP, request: PLAIN_RUN, hostname: 'web' };

  it('is what the configuration says', () => {
    const { words, environment, workingDirectory, identity } = runSettings(input);
    expect(words).toEqual(['server', '--serve']);
    expect(Object.fromEntries(environment)).toEqual({
      HOSTNAME: 'web',
      HOME: '/var/lib/app',
      PATH: '/bin',
      A: 'image',
      B: 'x=y',
    });
    expect(workingDirectory).toBe('/srv');
    expect(identity.uid).toBe(1000);
  });

  it('is what is asked for, over it', () => {
    const request = {
      ...PLAIN_RUN,
      user: 'root',
      environment: ['A=mine', 'HOME=/elsewhere'],
      workingDirectory: '/tmp',
      command: ['-v'],
      hasTerminal: true,
    };
    const settings = runSettings({ ...input, request, term: 'screen' });
    expect(settings.words).toEqual(['server', '-v']);
    expect(Object.fromEntries(settings.environment)).toMatchObject({
      A: 'mine',
      HOME: '/elsewhere',
      TERM: 'screen',
    });
    expect(settings.workingDirectory).toBe('/tmp');
    expect(settings.identity.uid).toBe(0);
  });

  it('takes the command of the image away with its entry point', () => {
    expect(programWords(config, { entrypoint: ['sh'] })).toEqual(['sh']);
    expect(programWords(config, { entrypoint: ['sh'], command: ['-c', 'x'] })).toEqual(['sh', '-c', 'x']);
    expect(() => programWords({}, {})).toThrow('Nothing says what to run in the image.');
    expect(() => programWords(config, { entrypoint: [] })).toThrow('Nothing says what to run in the image.');
  });
});

it('knows signals by name and by number', () => {
  expect(['SIGQUIT', 'QUIT', '3'].map(signalOf)).toEqual(['SIGQUIT', 'SIGQUIT', 'SIGQUIT']);
  expect([undefined, '', 'SIGNONE', '0'].map(signalOf)).toEqual([undefined, undefined, undefined, undefined]);
});
