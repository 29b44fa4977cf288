import fc from 'fast-check';

const part = fc.string({ unit: fc.constantFrom(...'0012379ab~+.z'), maxLength: 8 });

/** Versions as deb-version(7) allows them, with many that are nearly equal. */
export const debianVersion = fc
  .record({
    epoch: fc.option(fc.integer({ min: 0, max: 2 })),
    upstream: part,
    revision: fc.option(part.filter((text) => text !== '')),
  })
  .map(
    ({ epoch, upstream, revision }) =>
      `${epoch === null ? '' : `${epoch}:`}1${upstream}${revision === null ? '' : `-${revision}`}`,
  );
