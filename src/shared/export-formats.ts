/**
 * `oci`: a tar that is an OCI image layout and a docker-archive at once. `docker-archive`: a tar as older versions of
 * `docker save` wrote it. `oci-dir`: an OCI image layout as a directory.
 */
export const EXPORT_FORMATS = ['oci', 'docker-archive', 'oci-dir'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
