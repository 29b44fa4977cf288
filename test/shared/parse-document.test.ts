import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { imageConfigOf } from '../../src/shared/document/image-config.ts';
import { documentJsonSchema, formatDocument, parseDocument } from '../../src/shared/parse-document.ts';

const examples = resolve(import.meta.dirname, '../../examples');

function problemsOf(text: string): string {
  try {
    parseDocument(text, 'x.strata.json');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the document was accepted');
}

const check = (healthcheck: string) =>
  `{"version":1,"mediaTypes":"docker","config":{"Healthcheck":${healthcheck}}}`;

describe('a document', () => {
  it('has a default for everything but its version', () => {
    const document = parseDocument('{"version":1}', 'x');
    expect(document).toMatchObject({ name: 'image', packages: [], compression: { type: 'gzip' } });
  });

  it('reads back as it was written', () => {
    const document = parseDocument('{"version":1,"packages":["bash"],"config":{"Cmd":["bash"]}}', 'x');
    expect(parseDocument(formatDocument(document), 'x')).toEqual(document);
  });

  it.each([
    ['{"spdxVersion":"SPDX-2.3","packages":[]}', 'SPDX'],
    ['{"bomFormat":"CycloneDX","components":[]}', 'CycloneDX'],
  ])('says of %s that it is a bill of materials', (text, format) => {
    expect(() => parseDocument(text, 'web.json')).toThrow(
      `web.json is a bill of materials (${format}), not a document.`,
    );
  });

  it('names every unknown field, with its place', () => {
    expect(problemsOf('{"version":1,"pakages":[],"layering":{"bugdet":3},"config":{"cmd":[]}}')).toBe(
      'x.strata.json: unknown field "bugdet" in layering; unknown field "cmd" in config; unknown field "pakages" in the document',
    );
  });

  it.each([
    ['{', /^x\.strata\.json is not JSON: /],
    ['[]', /expected object/],
    [
      `{"version":1,"importArguments":{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`,
      /nests more than 100 levels deep/,
    ],
    ['{"version":2}', /^x\.strata\.json has version 2; this Strata reads version 1\.$/],
    ['{"version":1,"layering":{"budget":126}}', /layering\.budget/],
    ['{"version":1,"layering":{"budget":0}}', /layering\.budget/],
    ['{"version":1,"source":{"type":"nixpkgs","commit":"abc"}}', /source\.commit: .*40 hexadecimal digits/],
    ['{"version":1,"config":{"Env":["PATH"]}}', /config\.Env\[0\]/],
    ['{"version":1,"name":"Upper"}', /name: .*repository name/],
    ['{"version":1,"tags":["a b"]}', /tags\[0\]: .*a tag/],
    [
      '{"version":1,"config":{"Shell":["sh"]}}',
      /config\.Shell: the OCI .* podman and Kubernetes pass over it/,
    ],
    ['{"version":1,"mediaTypes":"docker","annotations":{}}', /annotations: Docker's manifests have none/],
    [check('{"Test":["curl"]}'), /config\.Healthcheck\.Test: .*\["CMD", PROGRAM, …\]/],
    [check('{"Test":["CMD-SHELL","a","b"]}'), /Test: .*CMD-SHELL/],
    [check('{"Test":["NONE"],"Interval":"soon"}'), /Interval: .*a duration such as 30s/],
    [check('{"Test":["NONE"],"Timeout":"1us"}'), /Timeout: .*at least 1ms/],
    [check('{"Test":["NONE"],"StartPeriod":-1}'), /StartPeriod: .*at least 1ms/],
    [check('{"Test":["NONE"],"StartPeriod":"99999999h"}'), /StartPeriod: /],
  ])('is refused where it is wrong: %s', (text, message) => {
    expect(problemsOf(text)).toMatch(message);
  });

  it('says durations as Go does, and images have them in nanoseconds', () => {
    const text = check(
      '{"Test":["CMD-SHELL","true"],"Interval":"1m30s","Timeout":"2.5s","StartPeriod":0,"Retries":3}',
    );
    expect(imageConfigOf(parseDocument(text, 'x').config)).toEqual({
      Healthcheck: {
        Test: ['CMD-SHELL', 'true'],
        Interval: 90e9,
        Timeout: 2.5e9,
        StartPeriod: 0,
        Retries: 3,
      },
    });
  });

  it('may have the budgets that older versions wrote', () => {
    expect(parseDocument('{"version":1,"layering":{"budget":125}}', 'x').layering.budget).toBe(125);
  });

  it('agrees with its JSON Schema about the examples and about unknown fields', () => {
    const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(documentJsonSchema() as object);
    const files = readdirSync(examples).filter((file) => file.endsWith('.strata.json'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const text = readFileSync(join(examples, file), 'utf8');
      expect(validate(JSON.parse(text)), file).toBe(true);
      expect(parseDocument(text, file).version).toBe(1);
    }
    expect(validate({ version: 1, pakages: [] })).toBe(false);
  });
});
