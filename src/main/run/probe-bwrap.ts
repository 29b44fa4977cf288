import { execa } from 'execa';

/**
 * Why this machine does not let bubblewrap run as Strata runs it; undefined where it does.
 *
 * @param as another user than this process's, for whom is asked.
 */
export async function whyNoBwrap(as?: {
  readonly uid: number;
  readonly gid: number;
}): Promise<string | undefined> {
  const isRoot = (as?.uid ?? process.geteuid?.()) === 0;
  const namespaces = [
    '--mount',
    '--pid',
    '--mount-proc',
    '--fork',
    ...(isRoot ? [] : ['--user', '--map-root-user']),
  ];
  const command = ['bwrap', '--unshare-all', '--unshare-user', '--ro-bind', '/', '/', 'true'];
  const tried = await execa('unshare', [...namespaces, ...command], { reject: false, ...as });
  if (tried.exitCode === 0) return undefined;
  const [said = ''] = (tried.stderr || tried.message || '').split('\n');
  return said;
}
