import type { BillFormat } from '../../../engine/sbom/bill.ts';

/** What a bill of materials may be written as; the empty string for none. */
export const BILLS = [
  { value: '', title: 'None' },
  { value: 'spdx', title: 'SPDX 2.3' },
  { value: 'cyclonedx', title: 'CycloneDX 1.6' },
] as const satisfies readonly { readonly value: BillFormat | ''; readonly title: string }[];
