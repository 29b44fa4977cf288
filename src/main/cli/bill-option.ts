import { InvalidArgumentError, Option } from 'commander';
import { BILL_FORMATS, type BillFormat } from '../../engine/sbom/bill.ts';

/** `--sbom FORMAT`, as `build` and `push` have it. */
export function billOption(description: string): Option {
  return new Option(`--sbom <${BILL_FORMATS.join('|')}>`, description).argParser(
    (value, previous: readonly BillFormat[] = []) => {
      const format = BILL_FORMATS.find((known) => known === value);
      if (format === undefined) throw new InvalidArgumentError(`Use ${BILL_FORMATS.join(' or ')}.`);
      return [...previous, format];
    },
  );
}
