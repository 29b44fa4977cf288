/**
 * Dialogs insert a style element to keep the page behind them from scrolling; the content security policy lets in what
 * carries the nonce of this page, which the shell has put into its head. `get-nonce` looks for it under this name.
 */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce;
Object.assign(globalThis, { __webpack_nonce__: nonce });
