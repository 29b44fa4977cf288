import { shellWords } from '../../../shared/command-line.ts';
import type { Compression } from '../../../shared/document.ts';
import type { ExportFormat } from '../../../shared/export-formats.ts';

export const FORMATS: readonly {
  readonly id: ExportFormat;
  readonly title: string;
  readonly hint: string;
}[] = [
  {
    id: 'oci',
    title: 'OCI file',
    hint: 'One tar that Docker, Podman, skopeo and containerd all load.',
  },
  {
    id: 'docker-archive',
    title: 'Docker archive',
    hint: 'For tools that know nothing newer than docker save.',
  },
  { id: 'oci-dir', title: 'OCI directory', hint: 'Layers as files beside each other, for umoci and skopeo.' },
];

export const COMPRESSIONS: readonly {
  readonly value: Compression['type'];
  readonly title: string;
  readonly hint: string;
}[] = [
  { value: 'gzip', title: 'gzip', hint: 'Everything can read it.' },
  { value: 'zstd', title: 'zstd', hint: 'Smaller and several times faster; clients from 2023 on read it.' },
  { value: 'none', title: 'None', hint: 'For a local registry, or a file that is compressed as a whole.' },
];

export interface Levels {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}

export const LEVELS: Readonly<Record<Compression['type'], Levels | null>> = {
  gzip: { least: 1, most: 9, usual: 6 },
  zstd: { least: 1, most: 22, usual: 3 },
  none: null,
};

export function outputFileName(title: string, format: ExportFormat): string {
  const base = title.replaceAll('/', '-');
  return format === 'oci-dir' ? `${base}-oci` : `${base}.tar`;
}

/** How a written image is loaded. */
export function loadCommand(format: ExportFormat, path: string): string {
  switch (format) {
    case 'oci':
    case 'docker-archive':
      return shellWords(['podman', 'load', '--input', path]);
    case 'oci-dir':
      return shellWords(['podman', 'pull', `oci:${path}`]);
  }
}
