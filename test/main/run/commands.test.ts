import { describe, expect, it } from 'vitest';
import { type BwrapInput, bwrapCommand } from '../../../src/main/run/bwrap-command.ts';
import { chooseEngine, refuseUnsupported } from '../../../src/main/run/choose-engine.ts';
import { containerCommand } from '../../../src/main/run/container-command.ts';
import { PLAIN_RUN } from '../../support/run-request.ts';

describe('bwrapCommand', () => {
  const input: BwrapInput = {
    settings: {
      words: ['server', '--password-file', 'x'],
      environment: new Map([['TOKEN', 'secret']]),
      identity: { uid: 1000, gid: 100, groups: [5, 6], home: '/' },
      workingDirectory: '/srv',
      hostname: 'web',
    },
    root: '/cache/root',
    mountTable: '/cache/mounts',
    asRoot: true,
    volumes: [{ from: '/data', to: '/var/lib/web', isReadOnly: true }],
    writable: ['/state'],
    isReadOnly: false,
    hasNetwork: false,
  };
  const optionsOf = (more: Partial<BwrapInput>) => bwrapCommand({ ...input, ...more }).options.split('\0');
  const valuesOf = (options: readonly string[], name: string, count = 1) => {
    const at = options.indexOf(name);
    return at < 0 ? undefined : options.slice(at + 1, at + 1 + count);
  };

  it('has no value of a variable on its command line', () => {
    const { words, options } = bwrapCommand(input);
    expect(words.join(' ')).not.toContain('secret');
    expect(options).toContain('--setenv\0TOKEN\0secret\0');
    expect(words.slice(-4)).toEqual(['--', 'server', '--password-file', 'x']);
  });

  it('changes to the user and the groups as root, with all users there are', () => {
    const { words } = bwrapCommand(input);
    expect(words).toEqual(expect.arrayContaining(['--reuid=1000', '--regid=100', '--groups=5,6']));
    expect(words).not.toContain('--map-root-user');
    expect(optionsOf({})).toContain('--userns-block-fd');
    expect(optionsOf({})).not.toContain('--uid');
    expect(optionsOf({})).not.toContain('--cap-add');
  });

  it('shows another user as the one that is asked for', () => {
    const { words } = bwrapCommand({ ...input, asRoot: false });
    expect(words).toContain('--map-root-user');
    expect(words).not.toContain('--reuid=1000');
    const options = optionsOf({ asRoot: false });
    expect([valuesOf(options, '--uid'), valuesOf(options, '--gid')]).toEqual([['1000'], ['100']]);
    expect(options).not.toContain('--userns-block-fd');
  });

  it('gives root of the image what containers give theirs', () => {
    const identity = { ...input.settings.identity, uid: 0 };
    const options = optionsOf({ settings: { ...input.settings, identity } });
    expect(options).toEqual(expect.arrayContaining(['CAP_CHOWN', 'CAP_SETUID']));
    expect(options).not.toContain('CAP_SYS_ADMIN');
  });

  it('turns the network on and the writing off where that is asked for', () => {
    expect(optionsOf({})).not.toContain('--share-net');
    expect(optionsOf({ hasNetwork: true })).toContain('--share-net');
    expect(valuesOf(optionsOf({}), '--bind', 2)).toEqual(['/cache/root', '/']);
    const readOnly = optionsOf({ isReadOnly: true });
    expect(valuesOf(readOnly, '--ro-bind', 2)).toEqual(['/cache/root', '/']);
    expect(valuesOf(readOnly, '--bind', 2)).toEqual(['/cache/root/state', '/state']);
    expect(readOnly.filter((option) => option === '--tmpfs')).toHaveLength(3);
  });
});

describe('containerCommand', () => {
  const input = {
    engine: 'podman',
    image: 'localhost/strata-run/web:1',
    name: 'strata-1',
    environmentFile: '/cache/environment',
  } as const;

  it('says what was asked for and nothing else', () => {
    const words = containerCommand({ ...input, request: { ...PLAIN_RUN, command: ['ls', '-l'] } });
    expect(words.join(' ')).toBe(
      'podman run --rm --interactive --pull never --name strata-1 --network none localhost/strata-run/web:1 ls -l',
    );
  });

  it('says all that can be asked for', () => {
    const words = containerCommand({
      ...input,
      request: {
        entrypoint: ['sh', '-e'],
        command: ['-c', 'x'],
        environment: ['TOKEN=secret'],
        user: 'app',
        workingDirectory: '/srv',
        volumes: [{ from: '/data', to: '/d', isReadOnly: true }],
        ports: ['8080:80'],
        hasNetwork: true,
        isReadOnly: true,
        limits: { memory: '64m', cpus: '1.5', pids: 20 },
        hasTerminal: true,
      },
    });
    expect(words.join(' ')).toBe(
      'podman run --rm --interactive --pull never --name strata-1 --tty --read-only --env-file /cache/environment ' +
        '--user=app --workdir=/srv --entrypoint=sh --memory=64m --cpus=1.5 --pids-limit=20 --volume /data:/d:ro ' +
        '--publish 8080:80 localhost/strata-run/web:1 -e -c x',
    );
  });
});

describe('what an engine cannot do', () => {
  it.each([
    [{ limits: { memory: '1g', cpus: undefined } }, 'bubblewrap cannot limit what a program takes (memory).'],
    [{ ports: ['80'] }, 'A port can be reached only where the network is on.'],
    [{ ports: ['8080:80'], hasNetwork: true }, 'bubblewrap cannot lead one port to another: 8080:80.'],
  ] as const)('is refused: %j', (more, message) => {
    expect(() => refuseUnsupported('bwrap', { ...PLAIN_RUN, ...more })).toThrow(message);
    expect(() => refuseUnsupported('podman', { ...PLAIN_RUN, ...more })).not.toThrow();
  });

  it('is not refused where it comes to the same', () => {
    const ports = ['80', '80:80/tcp', '53:53/udp'];
    expect(() => refuseUnsupported('bwrap', { ...PLAIN_RUN, ports, hasNetwork: true })).not.toThrow();
  });

  it('is a variable of two lines in a file of variables', () => {
    const environment = ['KEY=a\nb'];
    expect(() => refuseUnsupported('docker', { ...PLAIN_RUN, environment })).toThrow(/several lines: KEY\./);
    expect(() => refuseUnsupported('bwrap', { ...PLAIN_RUN, environment })).not.toThrow();
  });

  it('is to be there: an engine that is not is named', () => {
    expect(() => chooseEngine(undefined, '/nowhere')).toThrow('Nothing on this machine can run an image.');
    expect(() => chooseEngine('docker', '/nowhere')).toThrow('docker cannot be found on this machine.');
  });
});
