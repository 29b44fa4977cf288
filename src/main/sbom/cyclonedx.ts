import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { type Bill, type BillLicence, notListed } from '../../engine/sbom/bill.ts';
import { type BillFacts, billFacts, type ComponentFacts } from '../../engine/sbom/facts.ts';

/** A bill of materials in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/), as JSON. */
export function cyclonedxText(bill: Bill): string {
  const facts = billFacts(bill);
  const { image, components, tool } = facts;
  const bom = new Models.Bom({ serialNumber: `urn:uuid:${uuidOf(image.sha256)}` });
  bom.metadata.timestamp = new Date(image.created);
  const { name, version } = tool;
  bom.metadata.tools.components.add(new Models.Component(APPLICATION, name, { version }));
  const root = imageComponent(facts);
  bom.metadata.component = root;
  const models = new Map(components.map((each) => [each.storePath, componentOf(each, facts)]));
  for (const { storePath, isRequested, references } of components) {
    const model = models.get(storePath);
    if (model === undefined) continue;
    bom.components.add(model);
    // The image needs what was asked for, and each path what it refers to.
    if (isRequested) root.dependencies.add(model.bomRef);
    for (const reference of references) {
      const needed = models.get(reference);
      if (needed !== undefined) model.dependencies.add(needed.bomRef);
    }
  }
  const normalizer = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return new Serialize.JsonSerializer(normalizer).serialize(bom, { space: 2, sortLists: false });
}

const { Application: APPLICATION, Container: CONTAINER, File: FILE, Library: LIBRARY } = Enums.ComponentType;

function imageComponent({ image, base, layers }: BillFacts): Models.Component {
  const component = new Models.Component(CONTAINER, image.name, {
    bomRef: 'image',
    version: image.tag,
    hashes: sha256(image.sha256),
    purl: image.purl,
  });
  const missing = notListed({ base });
  if (missing !== undefined) component.properties.add(new Models.Property('strata:notListed', missing));
  layers.forEach((layer, index) => {
    const bomRef = `layer-${index + 1}`;
    const hashes = sha256(layer.sha256);
    component.components.add(new Models.Component(FILE, `layer ${index + 1}`, { bomRef, hashes }));
  });
  return component;
}

function componentOf(component: ComponentFacts, { layers }: BillFacts): Models.Component {
  const { storePath, name, version, output, narSha256, homepage, description, source, layer } = component;
  const model = new Models.Component(LIBRARY, name, {
    bomRef: storePath,
    scope: Enums.ComponentScope.Required,
    purl: component.purl,
    ...(version === '' ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(narSha256 === undefined ? {} : { hashes: sha256(narSha256) }),
  });
  for (const licence of licencesOf(component.licences)) model.licenses.add(licence);
  if (homepage !== undefined) {
    const website = Enums.ExternalReferenceType.Website;
    model.externalReferences.add(new Models.ExternalReference(homepage, website));
  }
  const digest = layers[layer]?.digest;
  const properties: readonly (readonly [string, string | undefined])[] = [
    ['strata:nix:storePath', storePath],
    ['strata:nix:output', output],
    ['strata:nix:source', source],
    ['strata:nix:narBytes', String(component.narBytes)],
    ['strata:nix:narSha256', narSha256],
    ['strata:oci:layer', String(layer + 1)],
    ['strata:oci:layerDigest', digest],
  ];
  for (const [key, value] of properties) {
    if (value !== undefined) model.properties.add(new Models.Property(key, value));
  }
  return model;
}

function sha256(content: string): Models.HashDictionary {
  return new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], content]]);
}

/** An expression where all licences have identifiers, else their names: the format lets the two not be mixed. */
function licencesOf(
  licences: readonly BillLicence[],
): readonly Models.DisjunctiveLicense[] | [Models.LicenseExpression] {
  if (licences.length === 0) return [];
  const ids = licences.map(({ spdxId }) => spdxId);
  if (ids.every((id) => id !== null))
    return [new Models.LicenseExpression([...new Set(ids)].sort().join(' AND '))];
  const names = new Set(licences.map(({ spdxId, name }) => spdxId ?? name));
  return [...names].sort().map((name) => new Models.NamedLicense(name));
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
