import { describe, expect, it } from 'vitest';
import { programNotices } from '../../../src/main/assemble/program-notices.ts';
import { sampleImage } from '../../support/sample-image.ts';

const FILES = ['/bin/nginx', '/usr/bin/env', '/app/run'];
const files = {
  has: (path: string) => FILES.includes(path),
  namesIn: (directory: string) =>
    FILES.flatMap((path) => (path.startsWith(`${directory}/`) ? [path.slice(directory.length + 1)] : [])),
};
const Env = ['PATH=/bin:/usr/bin'];

describe('the program that an image starts', () => {
  it.each([
    {},
    { Cmd: [] },
    { Cmd: ['nginx', '-g'] },
    { Entrypoint: ['env'], Cmd: ['nothing'] },
    { Cmd: ['/bin/nginx'] },
    { Cmd: ['./run'], WorkingDir: '/app' },
    { Cmd: ['run'], WorkingDir: '/app', Env: ['PATH=/bin:.'] },
  ])('is there: %j', (config) => {
    expect(programNotices({ Env, ...config }, files)).toEqual([]);
  });

  it('is told with the nearest name where it is not', () => {
    expect(programNotices({ Env, Cmd: ['nginz'] }, files)).toEqual([
      "nginz, which the image starts, is not on the image's PATH (/bin:/usr/bin). There is nginx.",
    ]);
    expect(programNotices({ Env, Entrypoint: ['/usr/sbin/nginx'], Cmd: ['x'] }, files)).toEqual([
      '/usr/sbin/nginx, which the image starts, is not in the image. There is nginx.',
    ]);
    expect(programNotices({ Env, Cmd: ['postgres'] }, files)).toEqual([
      expect.stringMatching(/Add a package that brings it\.$/),
    ]);
  });

  it('is looked for in the image as it is made', async () => {
    const sample = sampleImage();
    const store = await sample.openStore();
    try {
      const noticesOf = async (Cmd: readonly string[]) =>
        (await sample.assemble(store, { config: { Cmd } })).notices;
      expect(await noticesOf(['hello'])).toEqual([]);
      expect(await noticesOf([`${sample.paths.hello}/bin/hello`])).toEqual([]);
      expect(await noticesOf(['hallo'])).toEqual([expect.stringContaining('There is hello.')]);
    } finally {
      store.close();
      sample.remove();
    }
  });
});
