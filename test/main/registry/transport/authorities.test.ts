import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemAt } from '../../../../src/engine/graph/item-at.ts';
import { readAuthorities } from '../../../../src/main/registry/transport/authorities.ts';

describe('a file of authorities', () => {
  let directory: string;
  const written = async (text: string) => {
    const path = join(directory, 'ca.pem');
    await writeFile(path, text);
    return path;
  };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'strata-authorities-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('is told by the names of its certificates and how long they hold', async () => {
    const text = `# two of them\n${rootCertificates[0]}\nand\n${rootCertificates[1]}\n`;
    const { authorities, pem } = await readAuthorities(await written(text));
    expect(authorities).toHaveLength(2);
    expect(authorities[0]?.name).not.toContain('=');
    expect(Date.parse(itemAt(authorities, 0).expiresAt)).toBeGreaterThan(0);
    expect(pem).toBe(`${rootCertificates[0]}\n${rootCertificates[1]}`);
  });

  test.each([
    [
      'no certificate',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
      /holds no certificate/,
    ],
    ['half a certificate', itemAt(rootCertificates, 0).slice(0, 200), /holds no certificate/],
    [
      'a damaged certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      /1 of .* is damaged/,
    ],
  ])('with %s is refused', async (_, text, message) => {
    await expect(readAuthorities(await written(text))).rejects.toMatchObject({
      code: 'file-system',
      message: expect.stringMatching(message),
    });
  });

  test('that is not there is refused', async () => {
    await expect(readAuthorities(join(directory, 'none.pem'))).rejects.toMatchObject({
      code: 'file-system',
      message: expect.stringMatching(/^Cannot read /),
    });
  });
});
