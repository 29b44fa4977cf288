import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { ownCacheDirectory } from '../../src/main/files/own-directory.ts';

/** Debian 12 has no crane; that of its development branch runs on it. */
const SUITE = 'sid';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Crane, of the Debian mirror that apt knows here: taken once, beside what Strata keeps, and nothing is installed.
 *
 * @returns undefined, having said why, where there is none to be had
 */
export async function findCrane(): Promise<string | undefined> {
  const directory = join(ownCacheDirectory(), 'bench', 'crane');
  const program = join(directory, 'usr/bin/crane');
  if (existsSync(program)) return program;
  try {
    await takeCrane(directory);
    return program;
  } catch (error) {
    console.log(`Without crane: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    return undefined;
  }
}

async function takeCrane(directory: string): Promise<void> {
  await mkdir(join(directory, '..'), { recursive: true });
  const work = await mkdtemp(`${directory}-`);
  try {
    const { stdout } = await execa('apt-get', ['indextargets', '--format', '$(REPO_URI)']);
    const mirror = stdout.split('\n').find((address) => /\/debian\/?$/.test(address));
    if (mirror === undefined) throw new Error('apt knows no Debian mirror.');
    await writeFile(join(work, 'sources.list'), `deb [signed-by=${KEYRING}] ${mirror} ${SUITE} main\n`);
    await mkdir(join(work, 'lists/partial'), { recursive: true });
    await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
    const options = Object.entries({
      'Dir::Etc::SourceList': join(work, 'sources.list'),
      'Dir::Etc::SourceParts': '-',
      'Dir::State::Lists': join(work, 'lists'),
      'Dir::Cache': join(work, 'cache'),
      'APT::Sandbox::User': 'root',
    }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    await execa('apt-get', [...options, 'update']);
    await execa('apt-get', [...options, 'download', 'crane'], { cwd: work });
    const archive = (await readdir(work)).find((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get brought no crane.');
    await execa('dpkg-deb', ['-x', join(work, archive), join(work, 'root')]);
    await rename(join(work, 'root'), directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
