import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

export interface Group {
  readonly name: string;
  readonly id: number;
  /** Users who are in it beside their own group. */
  readonly members: readonly string[];
}

/** The groups of this machine (group(5)); undefined where they come from elsewhere. */
export function localGroups(): readonly Group[] | undefined {
  try {
    return readFileSync('/etc/group', 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [name = '', , id, members = ''] = line.split(':');
        return id === undefined
          ? []
          : [{ name, id: Number(id), members: members.split(',').filter(Boolean) }];
      });
  } catch {
    return undefined;
  }
}

/** Undefined for a user whom the machine has no name for, as in some containers. */
export function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** Whether this process is in a group: one that its user was added to counts from the next login on. */
export function isInGroup(id: number): boolean {
  return process.getgid?.() === id || (process.getgroups?.() ?? []).includes(id);
}
