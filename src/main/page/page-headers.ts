/** Marks the place in index.html where each answer's own nonce goes. */
export const NONCE_PLACEHOLDER = '__STRATA_CSP_NONCE__';

/**
 * The headers of every page, in the browser shell and in Electron alike.
 *
 * @param connect what the page may connect to beside its own origin, such as its WebSocket
 * @param nonce allows the style elements that dialogs insert; scripts come from files only
 */
export function pageHeaders(connect: readonly string[] = [], nonce?: string): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data: blob:",
      "font-src 'self'",
      `connect-src ${["'self'", ...connect].join(' ')}`,
      // The layout of the graph runs in a worker that its library makes from a blob.
      "worker-src 'self' blob:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  };
}
