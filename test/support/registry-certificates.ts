import { join } from 'node:path';
import { execa } from 'execa';

export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A certificate that signs itself, for 127.0.0.1, localhost and registry.test, made with openssl. */
export async function makeCertificate(directory: string, name: string): Promise<Certificate> {
  const certificateFile = join(directory, `${name}.crt`);
  const keyFile = join(directory, `${name}.key`);
  await execa('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:registry.test'],
    ...['-keyout', keyFile, '-out', certificateFile],
  ]);
  return { certificateFile, keyFile };
}
