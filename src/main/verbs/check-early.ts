import type { StrataDocument } from '../../shared/document.ts';
import { fileCapabilities } from '../root/capabilities.ts';
import { refuseTwice } from '../root/own-accounts.ts';
import { type ReadFilesContext, readOwnFiles } from '../root/read-own-files.ts';
import { type BaseContext, checkBase } from './base.ts';

/**
 * What of a document's root is known to be wrong before Nix has built anything: files of this machine that are not there,
 * accounts that are there twice, capabilities that there are not, a base that cannot be had
 * or is not what the lock says.
 *
 * @throws StrataError as reading files and opening the base do; `invalid-document`; Cancelled.
 */
export async function checkEarly(
  { files = [], accounts, permissions = [], base }: StrataDocument,
  context: ReadFilesContext & Pick<BaseContext, 'access' | 'file' | 'unlocked'>,
): Promise<void> {
  await readOwnFiles(files, context);
  if (accounts !== undefined) refuseTwice(accounts);
  for (const [index, { capabilities }] of permissions.entries()) {
    if (capabilities !== undefined) fileCapabilities(capabilities, `permissions[${index}].capabilities`);
  }
  if (base !== undefined) await checkBase(base, context);
}
