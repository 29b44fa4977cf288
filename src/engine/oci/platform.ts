import type { Platform } from './types.ts';

const ARCHITECTURES = new Map<string, Omit<Platform, 'os'>>(
  Object.entries({
    x86_64: { architecture: 'amd64' },
    i686: { architecture: '386' },
    i586: { architecture: '386' },
    aarch64: { architecture: 'arm64' },
    armv7l: { architecture: 'arm', variant: 'v7' },
    armv7a: { architecture: 'arm', variant: 'v7' },
    armv6l: { architecture: 'arm', variant: 'v6' },
    armv5tel: { architecture: 'arm', variant: 'v5' },
    riscv64: { architecture: 'riscv64' },
    powerpc64le: { architecture: 'ppc64le' },
    powerpc64: { architecture: 'ppc64' },
    s390x: { architecture: 's390x' },
    mips64el: { architecture: 'mips64le' },
    mipsel: { architecture: 'mipsle' },
    loongarch64: { architecture: 'loong64' },
  }),
);

/**
 * The platform of an image whose programs were built for a Nix system such as `x86_64-linux`, in the names of the Go
 * toolchain that the OCI specification asks for (config.md, `architecture` and `variant`).
 *
 * @returns undefined for a system that no container runs on, such as `aarch64-darwin`.
 */
export function platformOfSystem(system: string): Platform | undefined {
  const dash = system.lastIndexOf('-');
  if (system.slice(dash + 1) !== 'linux') return undefined;
  const architecture = ARCHITECTURES.get(system.slice(0, dash));
  return architecture && { os: 'linux', ...architecture };
}

/** The platform of an image, from its configuration or whatever else names it. */
export function platformOf({ os, architecture, variant }: WithPlatform): Platform {
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** As the tools of containers write it: `linux/arm/v7`. */
export function formatPlatform({ os, architecture, variant }: WithPlatform): string {
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

interface WithPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}
