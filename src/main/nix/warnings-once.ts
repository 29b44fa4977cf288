import type { OnNixEvent } from './events.ts';

/**
 * Passes each warning on once: one piece of work runs Nix several times, and each says again that a git tree is dirty
 * or that a cache does not answer.
 */
export function withWarningsOnce(onEvent: OnNixEvent | undefined): OnNixEvent | undefined {
  if (onEvent === undefined) return undefined;
  const told = new Set<string>();
  return (event) => {
    if (event.type === 'message' && event.level === 'warning') {
      const what = event.text.replace(/^(?:(?:warning|error): )+/i, '').replace(/; retrying .*$/s, '');
      if (told.has(what)) return;
      told.add(what);
    }
    onEvent(event);
  };
}
