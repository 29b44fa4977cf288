import { create } from 'zustand';

const SCREENS = [
  'pick',
  'build',
  'strata',
  'graph',
  'dominators',
  'files',
  'contents',
  'config',
  'export',
  'run',
  'compare',
  'open',
] as const;
export type ScreenId = (typeof SCREENS)[number];

export type Panel = 'new' | 'palette' | 'shortcuts' | 'settings' | 'about' | 'doctor' | 'sources' | 'known';

export interface UiState {
  readonly screen: ScreenId;
  /** The one panel that lies over the window, if any. */
  readonly panel: Panel | null;
  /** Store path that is selected on every screen that shows paths. */
  readonly selectedPath: string | null;
  /** The reader's theme, resolved. */
  readonly dark: boolean;
  readonly reducedMotion: boolean;
}

const query = (text: string): MediaQueryList | undefined => globalThis.window?.matchMedia(text);
const darkQuery = query('(prefers-color-scheme: dark)');
const motionQuery = query('(prefers-reduced-motion: reduce)');

export function screenOfHash(hash: string): ScreenId | null {
  const name = hash.replace(/^#\/?/, '');
  return SCREENS.find((screen) => screen === name) ?? null;
}

/** The one that an address without a screen means. */
const FIRST_SCREEN: ScreenId = 'pick';

export const useUi = create<UiState>(() => ({
  screen: screenOfHash(globalThis.location?.hash ?? '') ?? FIRST_SCREEN,
  panel: null,
  selectedPath: null,
  dark: darkQuery?.matches ?? false,
  reducedMotion: motionQuery?.matches ?? false,
}));

/** Each screen is a step in the window's history, so that Back and Forward work. */
export function showScreen(screen: ScreenId): void {
  if (useUi.getState().screen === screen) return;
  useUi.setState({ screen });
  location.hash = `/${screen}`;
}

export function showPanel(panel: Panel | null): void {
  useUi.setState({ panel });
}

export function selectPath(path: string | null): void {
  useUi.setState({ selectedPath: path });
}

/** Keeps the state true to the address and to what the reader's system prefers. */
export function startUi(signal: AbortSignal): void {
  const readTheme = () => {
    const chosen = document.documentElement.dataset.theme;
    const dark = chosen === undefined ? (darkQuery?.matches ?? false) : chosen === 'dark';
    useUi.setState({ dark });
  };
  readTheme();
  const observer = new MutationObserver(readTheme);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  signal.addEventListener('abort', () => observer.disconnect());
  darkQuery?.addEventListener('change', readTheme, { signal });
  motionQuery?.addEventListener('change', ({ matches }) => useUi.setState({ reducedMotion: matches }), {
    signal,
  });
  window.addEventListener(
    'hashchange',
    () => useUi.setState({ screen: screenOfHash(location.hash) ?? FIRST_SCREEN }),
    { signal },
  );
}
