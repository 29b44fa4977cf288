import { create } from 'zustand';
import type { BillFormat } from '../../../engine/sbom/bill.ts';
import type { ExportFormat } from '../../../shared/export-formats.ts';

/** What is to be written, and where. */
export interface ExportChoice {
  readonly format: ExportFormat;
  /** The empty string for none. */
  readonly bill: BillFormat | '';
  /** null while it is the suggestion. */
  readonly chosenPath: string | null;
}

const SUGGESTED: ExportChoice = { format: 'oci', bill: '', chosenPath: null };

/** By document, kept while the reader looks at another screen. */
const useExport = create<{ readonly draft: string; readonly choice: ExportChoice }>(() => ({
  draft: '',
  choice: SUGGESTED,
}));

export function useExportChoice(draft: string): ExportChoice {
  return useExport((state) => (state.draft === draft ? state.choice : SUGGESTED));
}

export function chooseExport(draft: string, change: Partial<ExportChoice>): void {
  useExport.setState((before) => ({
    draft,
    choice: { ...(before.draft === draft ? before.choice : SUGGESTED), ...change },
  }));
}
