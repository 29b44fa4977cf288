import { X509Certificate } from 'node:crypto';
import type { Authority } from '../../../shared/contract/registry.ts';
import { StrataError } from '../../../shared/errors.ts';
import { readUserText } from '../../files/user-file.ts';

export interface AuthorityFile {
  /** In the form in which `node:tls` takes it. */
  readonly pem: string;
  /** At least one, in the order of the file. */
  readonly authorities: readonly Authority[];
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Reads a PEM file of authorities. @throws StrataError `file-system` where it is it cannot be read or holds no certificate */
export async function readAuthorities(path: string): Promise<AuthorityFile> {
  const blocks = (await readUserText(path)).match(CERTIFICATE);
  if (blocks === null) {
    throw new StrataError('file-system', `${path} holds no certificate in PEM form.`, {
      hint: 'Such a file has lines that begin with -----BEGIN CERTIFICATE-----.',
    });
  }
  return { pem: blocks.join('\n'), authorities: blocks.map((block, index) => parse(block, index, path)) };
}

function parse(block: string, index: number, path: string): Authority {
  try {
    const { subject, validToDate } = new X509Certificate(block);
    return { name: /^CN=(.+)$/m.exec(subject)?.[1] ?? subject, expiresAt: validToDate.toISOString() };
  } catch (cause) {
    throw new StrataError('file-system', `Certificate ${index + 1} of ${path} is damaged.`, { cause });
  }
}
