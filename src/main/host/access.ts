import type { RegistryAccessInput } from '../../shared/contract/registry.ts';
import { StrataError } from '../../shared/errors.ts';
import type { FileAccess } from '../files/file-access.ts';
import type { RegistryAccess } from '../registry/access.ts';
import type { SettingsStore } from './settings.ts';

interface AccessServices {
  readonly files: FileAccess;
  readonly settings: SettingsStore;
}

/** How a window asks for a registry to be reached. @throws StrataError `file-system` for a file out of bounds */
export async function checkedAccess(
  { insecure, caFile, credentials }: RegistryAccessInput,
  { files, settings }: AccessServices,
): Promise<RegistryAccess> {
  const { patienceSeconds } = (await settings.get()).registry;
  return {
    insecure,
    ...(patienceSeconds !== null && { patienceMs: patienceSeconds * 1000 }),
    ...(caFile === null ? {} : { caFile: await files.check(caFile) }),
    ...(credentials === null ? {} : { credentials }),
  };
}

/** Whether a registry said that there is nothing of that name. */
export function isNotThere(error: unknown): boolean {
  return error instanceof StrataError && error.code === 'registry-not-found';
}
