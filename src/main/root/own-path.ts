import { StrataError } from '../../shared/errors.ts';
import { displayPath, joinRaw, namesOf, type RawPath, rawPath } from '../archive/raw-path.ts';
import type { RootRule } from './root-rules.ts';
import type { RootNode, RootOrigin } from './root-tree.ts';

/** In bytes, of one name (NAME_MAX of Linux). */
const LONGEST_NAME = 255;

/**
 * A path of the image that a document names, without slashes at its ends.
 *
 * @param ruleOf see {@link rootRules}. @param place of the path in the document.
 * @throws StrataError `invalid-document` where nothing of the user's can be.
 */
export function ownPath(text: string, ruleOf: (path: RawPath) => RootRule, place: string): RawPath {
  const path = rawPath(text.replace(/^\/+|\/+$/g, ''));
  const names = namesOf(path);
  for (const [index, name] of names.entries()) {
    const here = joinRaw(...names.slice(0, index + 1));
    const rule = ruleOf(here);
    if (rule.type === 'leave-out') throw unfit(place, `/${displayPath(here)} cannot be had: ${rule.reason}.`);
    if (name.length > LONGEST_NAME) throw unfit(place, `a name of more than ${LONGEST_NAME} bytes is in it.`);
  }
  return path;
}

function unfit(place: string, problem: string): StrataError {
  return new StrataError('invalid-document', `${place}: ${problem}`, { hint: 'Choose another path.' });
}

/** Something is where a document wants something else. */
export function inTheWay(place: string, at: RawPath, node: RootNode, hint: string): StrataError {
  return new StrataError(
    'invalid-document',
    `${place}: /${displayPath(at)} is ${kindOf(node)} of ${originText(node.origin)}.`,
    { hint, details: { place, path: `/${displayPath(at)}`, origin: node.origin } },
  );
}

function kindOf({ type }: RootNode): string {
  return type === 'directory' ? 'a directory' : type === 'link' ? 'a link' : 'a file';
}

/** Who brought something into the root, in words. */
export function originText(origin: RootOrigin): string {
  switch (origin.type) {
    case 'package':
      return `the package ${origin.name}`;
    case 'own':
      return `the document (${origin.place})`;
    case 'base':
      return 'the base image';
    case 'default':
      return 'every image';
  }
}
