/**
 * Keyboard shortcuts as text: parts joined by `+`, such as `mod+shift+z`. `mod` is Command on a Mac and Control
 * elsewhere. A key is named as `KeyboardEvent.key` names it, in lower case.
 */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

function onMac(platform: string = globalThis.navigator?.platform ?? ''): boolean {
  return /mac|darwin/i.test(platform);
}

export function matchesShortcut(press: KeyPress, shortcut: string, mac: boolean = onMac()): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1);
  const mod = mac ? press.metaKey : press.ctrlKey;
  const otherMod = mac ? press.ctrlKey : press.metaKey;
  if (mod !== parts.includes('mod') || otherMod) return false;
  if (press.altKey !== parts.includes('alt')) return false;
  // A sign such as `?` needs Shift on most keyboards and not on others.
  const needsShift = parts.includes('shift');
  if (/^[a-z0-9]$|^.{2,}$/.test(key ?? '') && press.shiftKey !== needsShift) return false;
  return press.key.toLowerCase() === key;
}

const MAC_SIGNS = new Map<string, string>(Object.entries({ mod: '⌘', shift: '⇧', alt: '⌥' }));
const WORDS = new Map<string, string>(Object.entries({ mod: 'Ctrl', shift: 'Shift', alt: 'Alt' }));
const KEY_SIGNS = new Map<string, string>(
  Object.entries({
    enter: '↵',
    escape: 'Esc',
    arrowup: '↑',
    arrowdown: '↓',
    arrowleft: '←',
    arrowright: '→',
    home: 'Home',
    end: 'End',
    delete: 'Del',
  }),
);

/** The keys of a shortcut as they are written on this platform's keyboards. */
export function shortcutParts(shortcut: string, mac: boolean = onMac()): string[] {
  return shortcut.split('+').map((part) => {
    return (mac ? MAC_SIGNS : WORDS).get(part) ?? KEY_SIGNS.get(part) ?? part.toUpperCase();
  });
}

/** Where plain letters are text, not shortcuts. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !/^(checkbox|radio|button|range)$/.test(target.type);
}
