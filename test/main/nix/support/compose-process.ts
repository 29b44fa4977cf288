import { composeSelection } from '../../../../src/main/nix/compose-selection.ts';
import { packageSourceSchema } from '../../../../src/shared/document.ts';
import { StrataError } from '../../../../src/shared/errors.ts';

/**
 * Composes in a process of its own, so that it can be another user's: `node compose-process.ts SOURCE CACHE PACKAGE…`,
 * the source in JSON.
 */
const [, , source = '{}', cacheDirectory = '', ...packages] = process.argv;
try {
  const composed = await composeSelection(
    {
      source: packageSourceSchema.parse(JSON.parse(source)),
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
