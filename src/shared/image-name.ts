/**
 * Names of images: `[HOST[:PORT]/]REPOSITORY` (distribution/reference). What stands before the first slash is a host where
 * it could not be the start of a repository, or is `localhost`.
 */

const HOST =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?$/;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const LONGEST_REPOSITORY = 255;

/** A first component is a host, not the start of the repository, when it could not be the latter or is `localhost`. */
function looksLikeHost(component: string): boolean {
  return component === 'localhost' || /[.:[]/.test(component) || component !== component.toLowerCase();
}

/** What a part of a name or reference is refused for, and where it begins. */
interface NameProblem {
  readonly at: number;
  readonly problem: string;
}

/** @param host as it stands in a text, at `at`. */
export function hostProblem(host: string, at = 0): NameProblem | undefined {
  const match = HOST.exec(host);
  if (match === null) return { at, problem: `"${host}" is not a host name` };
  return match[1] !== undefined && Number(match[1]) > 65_535
    ? { at, problem: `${match[1]} is not a port` }
    : undefined;
}

/** @param path as it stands in a text, at `at`. */
export function repositoryProblem(path: string, at = 0): NameProblem | undefined {
  if (path === '') return { at, problem: 'the repository is missing' };
  if (path.length > LONGEST_REPOSITORY) {
    return { at, problem: `a repository has at most ${LONGEST_REPOSITORY} characters` };
  }
  let place = at;
  for (const component of path.split('/')) {
    if (!PATH_COMPONENT.test(component)) {
      return {
        at: place,
        problem: `"${component}" is not a part of a repository name (lower-case letters, digits, . _ -)`,
      };
    }
    place += component.length + 1;
  }
  return undefined;
}

/** The two parts of a name; no host where it has none. */
export function splitImageName(name: string): { readonly host: string; readonly repository: string } {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  return looksLikeHost(first)
    ? { host: first, repository: name.slice(slash + 1) }
    : { host: '', repository: name };
}

/** Why something is no name of an image, in words that name the part; undefined where it is one. */
export function imageNameProblem(name: string): string | undefined {
  const { host, repository } = splitImageName(name);
  const problem = (host === '' ? undefined : hostProblem(host)) ?? repositoryProblem(repository);
  if (problem === undefined) return undefined;
  const [tag, word] = /:([^:/]*)$/.exec(repository) ?? [''];
  const isTagged = word !== undefined && imageNameProblem(name.slice(0, -tag.length)) === undefined;
  return isTagged ? `"${word}" is a tag, which is a field of its own` : problem.problem;
}
