import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { digestOfHex } from '../../../src/engine/oci/digest.ts';
import type { Bill, BillComponent } from '../../../src/engine/sbom/bill.ts';
import { componentPurl } from '../../../src/engine/sbom/purl.ts';
import { spdxDocument } from '../../../src/engine/sbom/spdx.ts';
import { cyclonedxText } from '../../../src/main/sbom/cyclonedx.ts';

const require = createRequire(import.meta.url);
const hash = (letter: string) => letter.repeat(32);
const digest = (letter: string) => digestOfHex(letter.repeat(64));

function component(letter: string, name: string, more: Partial<BillComponent> = {}): BillComponent {
  return {
    storePath: `/nix/store/${hash(letter)}-${name}`,
    name: name.replace(/-\d.*/, ''),
    version: /-(\d.*)/.exec(name)?.[1] ?? '',
    output: 'out',
    narSha256: letter.repeat(64),
    narBytes: 1000,
    layer: 0,
    references: [],
    isRequested: false,
    licences: [],
    homepage: undefined,
    description: undefined,
    source: undefined,
    ...more,
  };
}

const glibc = component('a', 'glibc-2.36+r1');
const bill: Bill = {
  image: {
    name: 'team/web',
    tag: '1',
    repository: undefined,
    manifestDigest: digest('f'),
    created: '2026-02-03T04:05:06.789+01:00',
    architecture: 'amd64',
  },
  base: undefined,
  layers: [{ digest: digest('1') }, { digest: digest('2') }, { digest: digest('3') }],
  components: [
    glibc,
    component('b', 'hello-2.12', {
      layer: 1,
      isRequested: true,
      references: [glibc.storePath, '/nix/store/elsewhere'],
      licences: [
        { spdxId: 'GPL-3.0-or-later', name: 'GNU General Public License v3.0 or later' },
        { spdxId: 'MIT', name: 'MIT License' },
      ],
      homepage: 'https://www.gnu.org/software/hello/',
      description: 'A program that greets',
      source: 'tools: nixpkgs:1234',
    }),
    component('c', 'thing-1', {
      layer: 1,
      isRequested: true,
      narSha256: undefined,
      licences: [
        { spdxId: null, name: 'Thing (Personal) License' },
        { spdxId: 'MIT', name: 'MIT License' },
      ],
      homepage: 'not an address',
    }),
    component('d', 'source', { output: 'dev' }),
  ],
  tool: { name: 'strata', version: '0.1.0' },
};

const cyclonedxOf = (of: Bill) => JSON.parse(cyclonedxText(of));

/** The official schemas, as the CycloneDX library ships them. */
function cyclonedxValidator() {
  const directory = join(require.resolve('@cyclonedx/cyclonedx-library/package.json'), '../res/schema');
  const read = (name: string) =>
    JSON.parse(readFileSync(join(directory, `${name}.SNAPSHOT.schema.json`), 'utf8'));
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  for (const name of ['spdx', 'jsf-0.82']) {
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  return ajv.compile(read('bom-1.6'));
}

describe('a CycloneDX bill of materials', () => {
  const document = cyclonedxOf(bill);

  it('keeps to the official schema of version 1.6', () => {
    const validate = cyclonedxValidator();
    expect(validate(document), JSON.stringify(validate.errors, null, 1)).toBe(true);
    expect(validate({ ...document, specVersion: 1.6 })).toBe(false);
    expect(validate({ ...document, surprise: true })).toBe(false);
  });

  it('names the layer of each path, the licences, and what needs what', () => {
    expect(document).toMatchObject({
      metadata: {
        timestamp: '2026-02-03T03:05:06.000Z',
        component: { purl: expect.stringMatching(/^pkg:oci\/web@sha256%3Af+\?arch=amd64&tag=1$/) },
      },
      components: [
        { name: 'glibc', version: '2.36+r1', hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }] },
        {
          name: 'hello',
          licenses: [{ expression: 'GPL-3.0-or-later AND MIT' }],
          externalReferences: [{ type: 'website', url: 'https://www.gnu.org/software/hello/' }],
          properties: expect.arrayContaining([
            { name: 'strata:nix:source', value: 'tools: nixpkgs:1234' },
            { name: 'strata:oci:layerDigest', value: digest('2') },
          ]),
        },
        { licenses: [{ license: { name: 'MIT' } }, { license: { name: 'Thing (Personal) License' } }] },
        { name: 'source' },
      ],
    });
    // What needs nothing, such as a layer, is there without a list.
    expect(document.dependencies).toEqual([
      { ref: 'image', dependsOn: [bill.components[1]?.storePath, bill.components[2]?.storePath] },
      { ref: 'layer-1' },
      { ref: 'layer-2' },
      { ref: 'layer-3' },
      { ref: glibc.storePath },
      { ref: bill.components[1]?.storePath, dependsOn: [glibc.storePath] },
      { ref: bill.components[2]?.storePath },
      { ref: bill.components[3]?.storePath },
    ]);
    expect(JSON.stringify(document)).not.toContain('not an address');
  });

  it('names where the image was pushed to', () => {
    const pushed = { ...bill, image: { ...bill.image, repository: 'reg.example:5000/team/app', tag: 'v1' } };
    expect(spdxDocument(pushed)).toMatchObject({ name: 'reg.example:5000/team/app:v1' });
    expect(JSON.parse(cyclonedxText(pushed)).metadata.component.purl).toMatch(
      /^pkg:oci\/app@sha256%3Af+\?arch=amd64&repository_url=reg\.example%3A5000%2Fteam%2Fapp&tag=v1$/,
    );
  });

  it('has one number an image', () => {
    expect(document.serialNumber).toBe(cyclonedxOf(bill).serialNumber);
    const other = { ...bill, image: { ...bill.image, manifestDigest: digest('e') } };
    expect(cyclonedxOf(other).serialNumber).not.toBe(document.serialNumber);
  });
});

describe('an SPDX bill of materials', () => {
  const document = spdxDocument(bill) as {
    packages: Record<string, unknown>[];
    relationships: { spdxElementId: string; relationshipType: string; relatedSpdxElement: string }[];
    hasExtractedLicensingInfos: { licenseId: string }[];
    documentNamespace: string;
    creationInfo: { created: string };
  };

  it('has all that SPDX 2.3 asks for, in its forms', () => {
    const validate = new Ajv({ strict: false, allErrors: true }).compile(SPDX_RULES);
    expect(validate(document), JSON.stringify(validate.errors, null, 1)).toBe(true);
    expect(URL.canParse(document.documentNamespace)).toBe(true);
    expect(document.documentNamespace).not.toContain('#');
    expect(document.creationInfo.created).toBe('2026-02-03T03:05:06Z');
  });

  it('relates nothing but elements that are there, each with an identifier of its own', () => {
    const ids = ['SPDXRef-DOCUMENT', ...document.packages.map(({ SPDXID }) => String(SPDXID))];
    expect(new Set(ids).size).toBe(ids.length);
    for (const { spdxElementId, relatedSpdxElement } of document.relationships) {
      expect(ids).toContain(spdxElementId);
      expect(ids).toContain(relatedSpdxElement);
    }
  });

  it('says which package source was asked, of what was asked for', () => {
    const said = document.packages.map(({ name, sourceInfo }) => [name, sourceInfo]);
    expect(said.filter(([, source]) => source !== undefined)).toEqual([['hello', 'tools: nixpkgs:1234']]);
  });

  it('puts each path into its layer, and the layers into the image', () => {
    const of = (type: string) =>
      document.relationships
        .filter(({ relationshipType }) => relationshipType === type)
        .map(({ spdxElementId, relatedSpdxElement }) => `${spdxElementId} > ${relatedSpdxElement}`);
    expect(of('CONTAINS')).toContain('SPDXRef-Image > SPDXRef-Layer-3');
    expect(of('CONTAINS')).toContain(`SPDXRef-Layer-2 > SPDXRef-Path-${hash('b')}-hello-2.12`);
    expect(of('DEPENDS_ON')).toEqual([
      `SPDXRef-Path-${hash('b')}-hello-2.12 > SPDXRef-Path-${hash('a')}-glibc-2.36-r1`,
    ]);
  });

  it('explains every licence that is not on the list of SPDX', () => {
    const declared = document.packages.map(({ licenseDeclared }) => licenseDeclared);
    expect(declared).toContain('LicenseRef-Thing-Personal-License AND MIT');
    expect(document.hasExtractedLicensingInfos.map(({ licenseId }) => licenseId)).toEqual([
      'LicenseRef-Thing-Personal-License',
    ]);
  });
});

describe('a package URL', () => {
  it('is of type nix, with everything unusual encoded', () => {
    expect(componentPurl(glibc)).toBe(`pkg:nix/glibc@2.36%2Br1?storepath=${hash('a')}-glibc-2.36%2Br1`);
    expect(componentPurl({ ...glibc, version: '', output: 'dev' })).toBe(
      `pkg:nix/glibc?output=dev&storepath=${hash('a')}-glibc-2.36%2Br1`,
    );
  });
});

/** What the SPDX 2.3 specification demands of the elements that are used here (clauses 6, 7, 10 and 11). */
const SPDX_RULES = {
  type: 'object',
  required: ['spdxVersion', 'dataLicense', 'SPDXID', 'name', 'documentNamespace', 'creationInfo', 'packages'],
  additionalProperties: false,
  properties: {
    spdxVersion: { const: 'SPDX-2.3' },
    dataLicense: { const: 'CC0-1.0' },
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    name: { type: 'string' },
    documentNamespace: { type: 'string' },
    creationInfo: {
      type: 'object',
      required: ['created', 'creators'],
      additionalProperties: false,
      properties: {
        created: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
        creators: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', pattern: '^(Tool|Person|Organization): ' },
        },
      },
    },
    packages: {
      type: 'array',
      items: {
        type: 'object',
        required: ['SPDXID', 'name', 'downloadLocation'],
        additionalProperties: false,
        properties: {
          SPDXID: { type: 'string', pattern: '^SPDXRef-[A-Za-z0-9.-]+$' },
          name: { type: 'string' },
          versionInfo: { type: 'string' },
          primaryPackagePurpose: { enum: ['CONTAINER', 'ARCHIVE', 'LIBRARY', 'APPLICATION', 'OTHER'] },
          downloadLocation: { const: 'NOASSERTION' },
          filesAnalyzed: { const: false },
          packageFileName: { type: 'string' },
          homepage: { type: 'string', pattern: '^https?://' },
          summary: { type: 'string' },
          sourceInfo: { type: 'string' },
          comment: { type: 'string' },
          copyrightText: { type: 'string' },
          licenseConcluded: { type: 'string' },
          licenseDeclared: { type: 'string', pattern: '^[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*$' },
          checksums: {
            type: 'array',
            items: {
              type: 'object',
              required: ['algorithm', 'checksumValue'],
              additionalProperties: false,
              properties: {
                algorithm: { const: 'SHA256' },
                checksumValue: { type: 'string', pattern: '^[0-9a-f]{64}$' },
              },
            },
          },
          externalRefs: {
            type: 'array',
            items: {
              type: 'object',
              required: ['referenceCategory', 'referenceType', 'referenceLocator'],
              additionalProperties: false,
              properties: {
                referenceCategory: { enum: ['OTHER', 'PERSISTENT-ID', 'SECURITY', 'PACKAGE-MANAGER'] },
                referenceType: { type: 'string', pattern: '^[A-Za-z0-9.-]+$' },
                referenceLocator: { type: 'string', pattern: '^\\S+$' },
              },
            },
          },
        },
      },
    },
    hasExtractedLicensingInfos: {
      type: 'array',
      items: {
        type: 'object',
        required: ['licenseId', 'extractedText'],
        properties: { licenseId: { type: 'string', pattern: '^LicenseRef-[A-Za-z0-9.-]+$' } },
      },
    },
    relationships: {
      type: 'array',
      items: {
        type: 'object',
        required: ['spdxElementId', 'relationshipType', 'relatedSpdxElement'],
        additionalProperties: false,
        properties: {
          spdxElementId: { type: 'string' },
          relationshipType: { enum: ['DESCRIBES', 'CONTAINS', 'DEPENDS_ON'] },
          relatedSpdxElement: { type: 'string' },
        },
      },
    },
  },
};

describe('a bill of an image on another', () => {
  it('says that the packages of that are not listed', () => {
    const name = 'registry.example/base:1';
    const onBase = { ...bill, base: { name, digest: digest('e') } };
    const said = `The packages of the base image, ${name} (${digest('e')}), are not listed.`;
    expect(JSON.stringify(spdxDocument(onBase))).toContain(said);
    expect(JSON.stringify(spdxDocument(bill))).not.toContain('not listed');
    expect(cyclonedxOf(onBase).metadata.component.properties).toEqual([
      { name: 'strata:notListed', value: said },
    ]);
  });
});
