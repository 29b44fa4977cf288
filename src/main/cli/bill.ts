import { InvalidArgumentError, Option } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Bill } from '../../engine/sbom/bill.ts';
import { BILL_FORMATS, type BillFormat } from '../../engine/sbom/bill.ts';
import type { StrataDocument } from '../../shared/document.ts';
import { imageBill } from '../sbom/image-bill.ts';
import type { BuiltImage } from './build-image.ts';

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

/** The bill of materials of an image that was built just now. */
export function billOf({ name, tag }: StrataDocument, { image, composition }: BuiltImage): Bill {
  const { graph, packages } = composition;
  return imageBill({ name, tag, image, graph, packages, version: packageJson.version });
}
