/**
 * The entry of a document's packages that means an attribute, be it with an output (`openssl.bin`); null where there is
 * none.
 */
export function packageInDocument(packages: readonly string[], attribute: string): string | null {
  return packages.find((name) => name === attribute || isOutputOf(name, attribute)) ?? null;
}

const OUTPUTS = ['out', 'bin', 'dev', 'lib', 'man', 'doc', 'info', 'static', 'debug'];

/** Whether a name is an attribute followed by one of the usual outputs. */
function isOutputOf(name: string, attribute: string): boolean {
  return name.startsWith(`${attribute}.`) && OUTPUTS.includes(name.slice(attribute.length + 1));
}
