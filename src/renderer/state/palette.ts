import { itemAt } from '../../engine/graph/item-at.ts';

/**
 * The sequential palette of "how widely shared": sand for what only this image has, deep blue for what every image
 * has. Lightness falls steadily from end to end, so that it reads the same to every kind of colour vision and in
 * print; the hue only helps.
 */
export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

export type Theme = 'light' | 'dark';

/** Unique first, everywhere last. The dark theme stops short of the background. */
export const SHARING_STOPS: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#efdcaa', '#dcb574', '#b3a67b', '#6ba192', '#2f8388', '#176472', '#0d4059'],
  dark: ['#f1dfae', '#deb878', '#b5a97f', '#6fa698', '#3a8b90', '#23707f', '#1b5673'],
};

export function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return { r: (value >> 16) & 255, g: (value >> 8) & 255, b: value & 255 };
}

export function toCss({ r, g, b }: Rgb): string {
  return `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`;
}

const linear = (channel: number): number => {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};

/** Relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance). */
function luminance({ r, g, b }: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Contrast ratio, 1 to 21 (WCAG 2.2, definition of contrast ratio). */
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const INK: Rgb = parseHex('#030608');
const PAPER: Rgb = parseHex('#ffffff');

/** The text colour that stands out most on a fill. */
export function inkOn(fill: Rgb): Rgb {
  return contrast(fill, INK) >= contrast(fill, PAPER) ? INK : PAPER;
}

/** @param share 0 for unique to 1 for everywhere; values outside are clamped. */
export function sharingColour(share: number, theme: Theme): Rgb {
  const stops = SHARING_STOPS[theme];
  const position = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(position));
  return mix(parseHex(itemAt(stops, index)), parseHex(itemAt(stops, index + 1)), position - index);
}

/** Straight mix in sRGB: the stops are close enough that no other space would show. */
function mix(a: Rgb, b: Rgb, t: number): Rgb {
  return { r: a.r + (b.r - a.r) * t, g: a.g + (b.g - a.g) * t, b: a.b + (b.b - a.b) * t };
}

/** Eight colours that stay apart for every kind of colour vision (Okabe and Ito, 2008), for unordered groups. */
export const CATEGORIES: readonly string[] = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#b8a800',
  '#8c7ae6',
];
