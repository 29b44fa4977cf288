import { describe, expect, it } from 'vitest';
import { imageNameOf } from '../../src/shared/document/image-name-of.ts';
import { startedConfig } from '../../src/shared/document/started-program.ts';
import { imageNameProblem, splitImageName } from '../../src/shared/image-name.ts';

describe('the name of an image', () => {
  it.each([
    'web',
    'team/web',
    'reg.example:5000/team/app',
    'localhost/web',
    '127.0.0.1:5000/a/b',
    'a__b/c--d',
  ])('may be %s', (name) => {
    expect(imageNameProblem(name)).toBeUndefined();
  });

  it.each([
    ['team/Web', '"Web" is not a part of a repository name (lower-case letters, digits, . _ -)'],
    ['reg.example:99999/web', '99999 is not a port'],
    ['reg..example/web', '"reg..example" is not a host name'],
    ['reg.example/', 'the repository is missing'],
    ['team/web:v1', '"v1" is a tag, which is a field of its own'],
    ['reg.example:5000/web:v1', '"v1" is a tag, which is a field of its own'],
    ['', 'the repository is missing'],
  ])('%s is refused by its part', (name, problem) => {
    expect(imageNameProblem(name)).toBe(problem);
  });

  it('has a host where its first part could be no other', () => {
    expect(splitImageName('reg.example:5000/team/app')).toEqual({
      host: 'reg.example:5000',
      repository: 'team/app',
    });
    expect(splitImageName('team/app')).toEqual({ host: '', repository: 'team/app' });
  });

  it.each([
    ['web', ['bash'], '/home/ada/x.strata.json', 'web'],
    ['image', ['bash'], '/home/ada/My Tools.strata.json', 'my-tools'],
    ['image', ['bash', 'python3Packages.flask', 'tools:curl'], undefined, 'bash-curl-python3packages.flask'],
    ['image', [], undefined, 'image'],
    ['image', ['_'], null, 'image'],
    ['image', Array(40).fill('bash'), undefined, Array(12).fill('bash').join('-')],
  ])('%s of %j in %s is %4$s', (name, packages, file, expected) => {
    const called = imageNameOf({ name, packages }, file);
    expect(called).toBe(expected);
    expect(imageNameProblem(called)).toBeUndefined();
  });
});

describe('what an image starts', () => {
  const of = (attribute: string, mainProgram: string | null) => ({ attribute, meta: { mainProgram } });
  const cacert = of('cacert', null);

  it('is what is said', () => {
    const config = { Entrypoint: ['/bin/x'] };
    expect(startedConfig({ config }, [of('jq', 'jq')])).toEqual({ config, notices: [] });
    expect(startedConfig({ config: {}, base: 'web.tar' }, [of('jq', 'jq')])).toEqual({
      config: {},
      notices: [],
    });
  });

  it('else is the program of its one package, or the shell of several, and told', () => {
    expect(startedConfig({ config: {} }, [of('jq', 'jq'), cacert])).toMatchObject({
      config: { Cmd: ['jq'] },
      notices: [expect.stringContaining('starts jq')],
    });
    const several = [of('coreutils', null), of('jq', 'jq'), of('bash', 'bash')];
    expect(startedConfig({ config: {} }, several).config).toEqual({ Cmd: ['bash'] });
  });

  it('is nothing where there is neither, which is told', () => {
    expect(startedConfig({ config: {} }, [of('curl', 'curl'), of('jq', 'jq')])).toEqual({
      config: {},
      notices: [expect.stringContaining('Nothing says what the image starts')],
    });
  });
});
