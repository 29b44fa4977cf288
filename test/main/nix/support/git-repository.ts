import { cp, mkdir } from 'node:fs/promises';
import { execa } from 'execa';

export interface GitRepository {
  readonly directory: string;
  /** Runs git in it. @returns what it prints. */
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** Commits everything. @returns the commit. */
  readonly commit: (message: string) => Promise<string>;
}

/** A repository with a copy of `content`, committed. */
export async function gitRepository(directory: string, content: string): Promise<GitRepository> {
  await mkdir(directory, { recursive: true });
  await cp(content, directory, { recursive: true });
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  const git = async (...args: readonly string[]) => {
    const { stdout } = await execa('git', [...who, ...args], { cwd: directory });
    return stdout.trim();
  };
  const commit = async (message: string) => {
    await git('add', '--all');
    await git('commit', '--quiet', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  await git('init', '--quiet', '--initial-branch', 'main');
  await commit('Begin');
  return { directory, git, commit };
}
