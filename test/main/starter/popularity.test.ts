import { describe, expect, it } from 'vitest';
import { generateDebset } from '../../../src/main/starter/generate.ts';
import { countDependents } from '../../../src/main/starter/popularity.ts';
import { archiveOf, MACHINE } from './fixture.ts';

describe('countPopularity', () => {
  it('counts the packages of the whole archive that depend directly on each output', () => {
    const archive = archiveOf({
      bash: 'libc6',
      dash: 'libc6',
      libc6: '',
      openssl: 'libssl3, libc6',
      libssl3: 'libc6',
      wget: 'libssl3 | libgnutls30, libc6',
      nginx: 'libssl3, libssl3, openssl',
      'ssl-cert': 'openssl',
      indirect: 'wget',
    });
    const debset = generateDebset(archive, MACHINE, [
      {
        attribute: 'openssl',
        outputs: { bin: ['openssl'], out: ['libssl3'] },
        license: 'asl20',
        programs: [],
      },
    ]);

    // bash, dash, openssl, libssl3, wget need libc6; openssl itself does not count for its own library.
    expect(countDependents(archive, debset)).toEqual({
      'libc6-1.0': 5,
      'openssl-1.0': 2,
      'openssl-1.0-bin': 2,
    });
  });
});
