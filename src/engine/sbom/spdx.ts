import { type Bill, type BillLicence, notListed } from './bill.ts';
import { type BillFacts, billFacts, type ComponentFacts } from './facts.ts';

const IMAGE = 'SPDXRef-Image';

/** A bill of materials as an SPDX 2.3 document (https://spdx.github.io/spdx-spec/v2.3/), ready for JSON. */
export function spdxDocument(bill: Bill): Readonly<Record<string, unknown>> {
  const facts = billFacts(bill);
  const { image, layers, components, tool } = facts;
  const licences = otherLicences(components);
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${image.name}:${image.tag}`,
    documentNamespace: `https://spdx.org/spdxdocs/strata-${image.sha256}`,
    creationInfo: { created: image.created, creators: [`Tool: ${tool.name}-${tool.version}`] },
    packages: [imagePackage(facts), ...layers.map(layerPackage), ...components.map(componentPackage)],
    ...(licences.length === 0 ? {} : { hasExtractedLicensingInfos: licences }),
    relationships: relationships(facts),
  };
}

function imagePackage({ image, base }: BillFacts): unknown {
  const missing = notListed({ base });
  return {
    SPDXID: IMAGE,
    name: image.name,
    versionInfo: image.tag,
    primaryPackagePurpose: 'CONTAINER',
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    checksums: [{ algorithm: 'SHA256', checksumValue: image.sha256 }],
    externalRefs: [purlReference(image.purl)],
    comment: [
      'The checksum is that of the image manifest.',
      ...(missing === undefined ? [] : [missing]),
    ].join(' '),
  };
}

function layerPackage({ digest, sha256 }: BillFacts['layers'][number], index: number): unknown {
  return {
    SPDXID: layerId(index),
    name: `layer ${index + 1}`,
    versionInfo: digest,
    primaryPackagePurpose: 'ARCHIVE',
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }],
  };
}

function componentPackage(component: ComponentFacts): unknown {
  const { storePath, name, version, narSha256, licences, homepage, description, source, purl } = component;
  return {
    SPDXID: componentId(storePath),
    name,
    ...(version === '' ? {} : { versionInfo: version }),
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    ...(homepage === undefined ? {} : { homepage }),
    ...(description === undefined ? {} : { summary: description }),
    ...(source === undefined ? {} : { sourceInfo: source }),
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
      purlReference(purl),
      { referenceCategory: 'OTHER', referenceType: 'nix-store-path', referenceLocator: storePath },
    ],
  };
}

function purlReference(purl: string): unknown {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl };
}

function relationships({ layers, components }: BillFacts): readonly unknown[] {
  const relate = (from: string, relationshipType: string, to: string) => ({
    spdxElementId: from,
    relationshipType,
    relatedSpdxElement: to,
  });
  return [
    relate('SPDXRef-DOCUMENT', 'DESCRIBES', IMAGE),
    ...layers.map((_, index) => relate(IMAGE, 'CONTAINS', layerId(index))),
    ...components.map(({ storePath, layer }) => relate(layerId(layer), 'CONTAINS', componentId(storePath))),
    ...components.flatMap(({ storePath, references }) =>
      references.map((reference) => relate(componentId(storePath), 'DEPENDS_ON', componentId(reference))),
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
function otherLicences(components: readonly ComponentFacts[]): readonly unknown[] {
  const others = new Map<string, string>();
  for (const { licences } of components) {
    for (const licence of licences) if (licence.spdxId === null) others.set(licenceId(licence), licence.name);
  }
  return [...others]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licenseId, name]) => ({ licenseId, name, extractedText: name }));
}
