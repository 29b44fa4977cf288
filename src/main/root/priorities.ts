import { StrataError } from '../../shared/errors.ts';
import type { RootPackage } from './merge-packages.ts';

/**
 * Packages with the priorities that a document gives them, by their names with or without an output.
 *
 * @throws StrataError `invalid-document` for names that there are not.
 */
export function withPriorities(
  packages: readonly RootPackage[],
  priorities: Readonly<Record<string, number>>,
): readonly RootPackage[] {
  const namesOf = ({ name, attribute }: RootPackage) =>
    attribute === undefined ? [name] : [name, attribute];
  const names = new Set(packages.flatMap(namesOf));
  const unknown = Object.keys(priorities).find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw new StrataError('invalid-document', `priorities: the image has no package named "${unknown}".`, {
      hint: `It has ${[...names].join(', ')}.`,
      details: { name: unknown },
    });
  }
  return packages.map((each) => {
    const priority = namesOf(each)
      .map((name) => (Object.hasOwn(priorities, name) ? priorities[name] : undefined))
      .find((given) => given !== undefined);
    return priority === undefined ? each : { ...each, priority };
  });
}
