import { composeSelection } from '../../../../src/main/nix/compose-selection.ts';
import { StrataError } from '../../../../src/shared/errors.ts';

/** Composes in a process of its own, so that it can be another user's: `node compose-process.ts SET CACHE PACKAGE…`. */
const [, , path = '', cacheDirectory = '', ...packages] = process.argv;
try {
  const composed = await composeSelection(
    {
      source: { type: 'path', path },
      importArguments: {},
      packages,
      defaults: { cacert: false, ianaEtc: false },
      nix: { options: [] },
    },
    { cacheDirectory },
  );
  console.log(JSON.stringify({ packages: composed.packages }));
} catch (error) {
  if (!(error instanceof StrataError)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message, hint: error.hint }));
}
