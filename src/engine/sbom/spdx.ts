import {
  type Bill,
  type BillComponent,
  type BillLicence,
  digestHex,
  utcSeconds,
  webAddress,
} from './bill.ts';
import { componentPurl, imagePurl } from './purl.ts';

const IMAGE = 'SPDXRef-Image';

/** A bill of materials as an SPDX 2.3 document (https://spdx.github.io/spdx-spec/v2.3/), ready for JSON. */
export function spdxDocument(bill: Bill): Readonly<Record<string, unknown>> {
  const { image, layers, components, tool } = bill;
  const licences = otherLicences(components);
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${image.name}:${image.tag}`,
    documentNamespace: `https://spdx.org/spdxdocs/strata-${digestHex(image.manifestDigest)}`,
    creationInfo: { created: utcSeconds(image.created), creators: [`Tool: ${tool.name}-${tool.version}`] },
    packages: [imagePackage(bill), ...layers.map(layerPackage), ...components.map(componentPackage)],
    ...(licences.length === 0 ? {} : { hasExtractedLicensingInfos: licences }),
    relationships: relationships(bill),
  };
}

function imagePackage({ image }: Bill): unknown {
  return {
    SPDXID: IMAGE,
    name: image.name,
    versionInfo: image.tag,
    primaryPackagePurpose: 'CONTAINER',
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    checksums: [{ algorithm: 'SHA256', checksumValue: digestHex(image.manifestDigest) }],
    externalRefs: [purlReference(imagePurl(image))],
    comment: 'The checksum is that of the image manifest.',
  };
}

function layerPackage({ digest }: Bill['layers'][number], index: number): unknown {
  return {
    SPDXID: layerId(index),
    name: `layer ${index + 1}`,
    versionInfo: digest,
    primaryPackagePurpose: 'ARCHIVE',
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    checksums: [{ algorithm: 'SHA256', checksumValue: digestHex(digest) }],
  };
}

function componentPackage(component: BillComponent): unknown {
  const { storePath, name, version, narSha256, licences, description } = component;
  const homepage = webAddress(component.homepage);
  return {
    SPDXID: componentId(storePath),
    name,
    ...(version === '' ? {} : { versionInfo: version }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    ...(homepage === undefined ? {} : { homepage }),
    ...(description === undefined ? {} : { summary: description }),
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: licenceExpression(licences),
    copyrightText: 'NOASSERTION',
    ...(narSha256 === undefined
      ? {}
      : {
          packageFileName: `${baseName(storePath)}.nar`,
          checksums: [{ algorithm: 'SHA256', checksumValue: narSha256 }],
        }),
    externalRefs: [
      purlReference(componentPurl(component)),
      { referenceCategory: 'OTHER', referenceType: 'nix-store-path', referenceLocator: storePath },
    ],
  };
}

function purlReference(purl: string): unknown {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl };
}

function relationships({ layers, components }: Bill): readonly unknown[] {
  const relate = (from: string, relationshipType: string, to: string) => ({
    spdxElementId: from,
    relationshipType,
    relatedSpdxElement: to,
  });
  const known = new Set(components.map(({ storePath }) => storePath));
  return [
    relate('SPDXRef-DOCUMENT', 'DESCRIBES', IMAGE),
    ...layers.map((_, index) => relate(IMAGE, 'CONTAINS', layerId(index))),
    ...components.map(({ storePath, layer }) => relate(layerId(layer), 'CONTAINS', componentId(storePath))),
    ...components.flatMap(({ storePath, references }) =>
      references
        .filter((reference) => known.has(reference))
        .map((reference) => relate(componentId(storePath), 'DEPENDS_ON', componentId(reference))),
    ),
  ];
}

function layerId(index: number): string {
  return `SPDXRef-Layer-${index + 1}`;
}

/** The hash of a store path identifies it within a store. */
function componentId(storePath: string): string {
  return `SPDXRef-Path-${baseName(storePath).replace(/[^A-Za-z0-9.-]/g, '-')}`;
}

function baseName(storePath: string): string {
  return storePath.slice(storePath.lastIndexOf('/') + 1);
}

/** Package sources list the licences that all apply. */
function licenceExpression(licences: readonly BillLicence[]): string {
  if (licences.length === 0) return 'NOASSERTION';
  return [...new Set(licences.map(licenceId))].sort().join(' AND ');
}

function licenceId({ spdxId, name }: BillLicence): string {
  return spdxId ?? `LicenseRef-${name.replace(/[^A-Za-z0-9.-]+/g, '-').replace(/^-|-$/g, '') || 'unnamed'}`;
}

/** Licences that are not on SPDX's list, each once. */
function otherLicences(components: readonly BillComponent[]): readonly unknown[] {
  const others = new Map<string, string>();
  for (const { licences } of components) {
    for (const licence of licences) if (licence.spdxId === null) others.set(licenceId(licence), licence.name);
  }
  return [...others]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licenseId, name]) => ({ licenseId, name, extractedText: name }));
}
