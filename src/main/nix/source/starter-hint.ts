import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { StrataError } from '../../../shared/errors.ts';
import type { NixInstallation } from '../environment.ts';
import { TRUST_HINT } from '../store-problem.ts';
import type { SourceHint, SourceMachine } from './source-kind.ts';

/** Whether it can be built by this Nix, and by the programs that are here. */
export async function starterHint({ installation, env }: SourceMachine): Promise<SourceHint> {
  const title = 'Starter package set';
  const problem =
    installation === undefined || installation.storeAccess === 'none' ? null : starterProblem(installation);
  if (problem !== null) {
    const { message, hint, action } = problem;
    return { title, isUsable: false, detail: message, hint, action };
  }
  const missing: string[] = [];
  for (const program of ['apt-get', 'dpkg-deb', 'patchelf']) {
    if (!(await isOnPath(program, env))) missing.push(program);
  }
  if (missing.length === 0) {
    return { title, isUsable: true, detail: 'apt-get, dpkg-deb and patchelf are installed' };
  }
  return {
    title,
    isUsable: false,
    detail: `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not installed`,
    hint: missing.includes('apt-get')
      ? 'The starter set needs Debian or Ubuntu; nixpkgs needs neither.'
      : `apt-get install ${missing.map((program) => (program === 'dpkg-deb' ? 'dpkg' : program)).join(' ')}`,
  };
}

/** Why the starter set cannot be built with this Nix, and what to do about it; null where it can. */
export function starterProblem({ canLeaveSandbox, storeAccess }: NixInstallation): StrataError | null {
  if (canLeaveSandbox || storeAccess === 'chroot') return null;
  return new StrataError(
    'source-unavailable',
    "The starter set is built by this machine's programs, outside the sandbox: the Nix daemon leaves it only for users " +
      'whom it trusts, and you are not one.',
    {
      hint: TRUST_HINT,
      action: { action: 'use-other-source', than: 'starter' },
      details: { reason: 'sandboxed' },
    },
  );
}

async function isOnPath(program: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    const found = await access(join(directory, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
