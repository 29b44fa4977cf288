import { cacheWarning } from './cache-warnings.ts';
import type { OnNixEvent } from './events.ts';

/**
 * Passes each warning on once: one piece of work runs Nix several times, and each says again that a git tree is dirty
 * or that a cache does not answer. What is said of a cache is said in our words.
 */
export function withWarningsOnce(onEvent: OnNixEvent | undefined): OnNixEvent | undefined {
  if (onEvent === undefined) return undefined;
  const told = new Set<string>();
  return (event) => {
    if (event.type !== 'message' || event.level !== 'warning') return onEvent(event);
    const what = event.text.replace(/^(?:(?:warning|error): )+/i, '').replace(/; retrying .*$/s, '');
    const ofCache = cacheWarning(event.text);
    const about = ofCache?.about ?? what;
    if (told.has(about)) return;
    told.add(about);
    onEvent(ofCache === undefined ? event : { ...event, text: `warning: ${ofCache.text}` });
  };
}
