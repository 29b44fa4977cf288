import { describe, expect, it } from 'vitest';
import { followBuild } from '../../../src/main/host/build-progress.ts';
import { namingPackages } from '../../../src/main/host/failed-packages.ts';
import type { JobReport } from '../../../src/main/jobs/job.ts';
import { StrataError } from '../../../src/shared/errors.ts';

const drv = (name: string) => `/nix/store/${'0'.repeat(32)}-${name}.drv`;
const report = new Proxy({} as JobReport, { get: () => () => {} });

/** A build in which the graph waits for `web`, and `web` and `tool` for `zlib`. */
function progress() {
  const followed = followBuild(report, () => new Date(0));
  followed.onEvent({ type: 'derivation-inputs', derivation: drv('web-2.0'), inputs: [drv('zlib-1.3')] });
  followed.onEvent({
    type: 'derivation-inputs',
    derivation: drv('python3.11-tool-1.0'),
    inputs: [drv('zlib-1.3')],
  });
  followed.onEvent({ type: 'derivation-inputs', derivation: drv('graph'), inputs: [drv('web-2.0')] });
  return followed;
}

const failure = (derivation: string) =>
  new StrataError('build-failed', 'It failed.', { details: { derivation }, hint: 'hint', log: 'log' });

describe('a failed build', () => {
  it('names the package whose derivation failed', () => {
    expect(namingPackages(failure(drv('web-2.0')), ['bash', 'web', 'website'], progress())).toMatchObject({
      code: 'build-failed',
      hint: 'hint',
      log: 'log',
      details: { requested: ['web'] },
    });
  });

  it('names every package that waits for what failed', () => {
    const packages = ['bash', 'web', 'python3Packages.tool', 'zlib'];
    expect(namingPackages(failure(drv('zlib-1.3')), packages, progress())).toMatchObject({
      details: { requested: ['web', 'python3Packages.tool', 'zlib'] },
    });
  });

  it('is left alone where it is of another kind', () => {
    const error = new StrataError('disk-full', 'Full.');
    expect(namingPackages(error, ['web'], progress())).toBe(error);
  });
});
