/** Nix's names of processors, by Node's. */
const PROCESSORS = new Map<string, string>(
  Object.entries({
    x64: 'x86_64',
    arm64: 'aarch64',
    ia32: 'i686',
    arm: 'armv7l',
  }),
);

/** This machine as Nix calls it, such as `x86_64-linux`, where Nix itself does not say. */
export function systemOfMachine(platform: string = process.platform): string {
  return `${PROCESSORS.get(process.arch) ?? process.arch}-${platform}`;
}
