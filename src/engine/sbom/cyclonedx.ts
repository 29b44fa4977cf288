import type { Bill, BillLicence } from './bill.ts';
import { type BillFacts, billFacts, type ComponentFacts } from './facts.ts';

const IMAGE = 'image';

/** A bill of materials in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/), ready for JSON. */
export function cyclonedxDocument(bill: Bill): Readonly<Record<string, unknown>> {
  const facts = billFacts(bill);
  const { image, layers, components, tool } = facts;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(image.sha256)}`,
    version: 1,
    metadata: {
      timestamp: image.created,
      tools: { components: [{ type: 'application', name: tool.name, version: tool.version }] },
      component: {
        type: 'container',
        'bom-ref': IMAGE,
        name: image.name,
        version: image.tag,
        hashes: [sha256(image.sha256)],
        purl: image.purl,
        components: layers.map((layer, index) => ({
          type: 'file',
          'bom-ref': `layer-${index + 1}`,
          name: `layer ${index + 1}`,
          hashes: [sha256(layer.sha256)],
        })),
      },
    },
    components: components.map((component) => componentEntry(component, facts)),
    dependencies: dependencies(facts),
  };
}

function componentEntry(component: ComponentFacts, { layers }: BillFacts): unknown {
  const { storePath, name, version, output, narSha256, licences, homepage, description, layer } = component;
  const digest = layers[layer]?.digest;
  const properties = [
    { name: 'strata:nix:storePath', value: storePath },
    { name: 'strata:nix:output', value: output },
    { name: 'strata:nix:narBytes', value: String(component.narBytes) },
    ...(narSha256 === undefined ? [] : [{ name: 'strata:nix:narSha256', value: narSha256 }]),
    { name: 'strata:oci:layer', value: String(layer + 1) },
    ...(digest === undefined ? [] : [{ name: 'strata:oci:layerDigest', value: digest }]),
  ];
  return {
    type: 'library',
    'bom-ref': storePath,
    name,
    ...(version === '' ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    scope: 'required',
    ...(narSha256 === undefined ? {} : { hashes: [sha256(narSha256)] }),
    ...(licences.length === 0 ? {} : { licenses: licenceChoice(licences) }),
    purl: component.purl,
    ...(homepage === undefined ? {} : { externalReferences: [{ type: 'website', url: homepage }] }),
    properties,
  };
}

function sha256(content: string): unknown {
  return { alg: 'SHA-256', content };
}

/** An expression where all licences have identifiers, else their names: the format lets the two not be mixed. */
function licenceChoice(licences: readonly BillLicence[]): readonly unknown[] {
  const ids = licences.map(({ spdxId }) => spdxId);
  if (ids.every((id) => id !== null)) return [{ expression: [...new Set(ids)].sort().join(' AND ') }];
  return [...new Set(licences.map(({ spdxId, name }) => spdxId ?? name))]
    .sort()
    .map((name) => ({ license: { name } }));
}

/** The image needs what was asked for, and each path what it refers to. */
function dependencies({ components }: BillFacts): readonly unknown[] {
  const requested = components.filter(({ isRequested }) => isRequested);
  return [
    { ref: IMAGE, dependsOn: requested.map(({ storePath }) => storePath) },
    ...components.map(({ storePath, references }) => ({
      ref: storePath,
      dependsOn: references,
    })),
  ];
}

/** A UUID of version 8 (RFC 9562, section 5.8): one bill an image, the same on every machine. */
function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
