import { createBuildFollower } from './build-follower.ts';
import { type CacheWarning, cacheWarning, givenUp } from './cache-warnings.ts';
import type { NixEvent, OnNixEvent } from './events.ts';

/**
 * Passes each warning on once: one piece of work runs Nix several times, and each says again that a git tree is dirty
 * or that a cache does not answer. What is said of a cache is said in our words; so is what one offers and does not give,
 * an error to most versions, once Nix has gone on without it. Where it does not, the error that ends it says so.
 */
export function withWarningsOnce(onEvent: OnNixEvent | undefined): OnNixEvent | undefined {
  if (onEvent === undefined) return undefined;
  const told = new Set<string>();
  const build = createBuildFollower(() => 0);
  const unfetched = new Map<string, CacheWarning>();
  const tell = (about: string, event: NixEvent): void => {
    if (told.has(about)) return;
    told.add(about);
    onEvent(event);
  };
  const warn = ({ about, text }: CacheWarning): void =>
    tell(about, { type: 'message', level: 'warning', about, text: `warning: ${text}` });
  return (event) => {
    build.note(event);
    if (GOES_ON.has(event.type)) {
      unfetched.forEach(warn);
      unfetched.clear();
    }
    if (event.type !== 'message' || (event.level !== 'warning' && event.level !== 'error'))
      return onEvent(event);
    const lacking = givenUp(event.text, build.state());
    if (lacking !== undefined) unfetched.set(lacking.about, lacking);
    if (event.level === 'error') return onEvent(event);
    if (lacking !== undefined) return;
    const ofCache = cacheWarning(event.text);
    if (ofCache !== undefined) warn(ofCache);
    else tell(event.about ?? withoutPreface(event.text), event);
  };
}

/** Without what differs each time that it is said. */
function withoutPreface(text: string): string {
  return text.replace(/^(?:(?:warning|error): )+/i, '').replace(/; retrying .*$/s, '');
}

/** What Nix does only where it has not given up. */
const GOES_ON: ReadonlySet<NixEvent['type']> = new Set(['build-started', 'download-started', 'succeeded']);
