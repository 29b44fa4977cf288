/**
 * Runs work whose style elements the content security policy is to let in: xterm makes them when it is opened, and knows
 * of no nonce.
 */
export function withStyleNonce(work: () => void): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce;
  const create = document.createElement;
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = create.call(document, name, options);
    if (name === 'style' && nonce !== undefined) element.nonce = nonce;
    return element;
  };
  try {
    work();
  } finally {
    document.createElement = create;
  }
}
