import type { Selection } from '../../shared/document.ts';
import { isOfSameSources } from './sources.ts';

/**
 * What the document asks for otherwise than a build of it did, in words: "hello is gone, jq is new"; empty where that
 * comes to the same.
 */
export function changesSince(built: Selection, now: Selection): string {
  const [before, after] = [new Set(built.packages), new Set(now.packages)];
  const gone = [...before.difference(after)];
  const added = [...after.difference(before)];
  const defaults = [
    ...defaultChange('certificates', built.defaults.cacert, now.defaults.cacert),
    ...defaultChange('names of protocols and services', built.defaults.ianaEtc, now.defaults.ianaEtc),
  ];
  const isMoved = gone.length + added.length === 0 && built.packages.join() !== now.packages.join();
  return [
    ...(gone.length > 0 ? [`${nameSome(gone)} ${gone.length === 1 ? 'is' : 'are'} gone`] : []),
    ...(added.length > 0 ? [`${nameSome(added)} ${added.length === 1 ? 'is' : 'are'} new`] : []),
    ...defaults,
    ...(isOfSameSources(built, now) ? [] : ['the package source is another']),
    ...(isMoved ? ['the packages stand in another order'] : []),
  ].join(', ');
}

function defaultChange(what: string, before: boolean, after: boolean): string[] {
  return before === after ? [] : [`${what} are ${after ? 'new' : 'gone'}`];
}

const MOST_NAMES = 3;

function nameSome(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(', ').replace(/, ([^,]*)$/, ' and $1');
  return `${names.slice(0, MOST_NAMES - 1).join(', ')} and ${names.length - MOST_NAMES + 1} more`;
}
