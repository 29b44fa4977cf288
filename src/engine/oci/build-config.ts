import { baseHistory, mergeConfig, mergeEnv, variableOf } from './base-config.ts';
import { createdByStrata } from './history.ts';
import type { Digest, HistoryEntry, ImageConfig, Platform, RuntimeConfig } from './types.ts';

const DEFAULT_PATH = '/bin:/usr/bin:/sbin:/usr/sbin';

export interface ImageConfigInput {
  readonly platform: Platform;
  /** RFC 3339. */
  readonly created: string;
  readonly config: RuntimeConfig;
  /** Path of a certificate bundle inside the image, for `SSL_CERT_FILE`. */
  readonly certificateFile?: string | undefined;
  /** The image that the layers are put on. */
  readonly base?: { readonly name: string; readonly config: ImageConfig } | undefined;
  /** One entry a layer of its own, in manifest order. */
  readonly layers: readonly { readonly diffId: Digest; readonly history: string }[];
}

/**
 * The image configuration (image-spec 1.1, config.md), on top of the base's where there is one. `PATH` and `SSL_CERT_FILE`
 * are set unless the user's `Env` or the base sets them; parts that are empty are left out.
 */
export function buildImageConfig(input: ImageConfigInput): ImageConfig {
  const { platform, created, layers, base } = input;
  return {
    created,
    architecture: platform.architecture,
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    os: platform.os,
    config: runtimeConfig(input),
    rootfs: {
      type: 'layers',
      diff_ids: [...(base?.config.rootfs.diff_ids ?? []), ...layers.map((layer) => layer.diffId)],
    },
    history: [
      ...(base === undefined ? [] : baseHistory(base.config, base.name)),
      ...layers.map((layer): HistoryEntry => ({ created, created_by: createdByStrata(layer.history) })),
    ],
  };
}

function defaultEnv(certificateFile: string | undefined): readonly string[] {
  return [
    `PATH=${DEFAULT_PATH}`,
    ...(certificateFile === undefined ? [] : [`SSL_CERT_FILE=${certificateFile}`]),
  ];
}

function runtimeConfig({ config, base, certificateFile }: ImageConfigInput): RuntimeConfig {
  const inherited = base?.config.config ?? {};
  const known = new Set((inherited.Env ?? []).map(variableOf));
  const defaults = defaultEnv(certificateFile).filter((setting) => !known.has(variableOf(setting)));
  const merged = mergeConfig(inherited, { ...config, Env: mergeEnv(defaults, config.Env ?? []) });
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '') return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

const HISTORY_LENGTH = 4096;

/**
 * The line of history of a layer: the names of its packages, as many as fit {@link HISTORY_LENGTH} characters, so that
 * 125 layers of thousands of paths keep the configuration within what registries and clients take.
 */
export function layerHistory(names: readonly string[]): string {
  let length = 0;
  const cut = names.findIndex((name) => {
    length += name.length + 2;
    return length > HISTORY_LENGTH;
  });
  if (cut < 1) return names.join(', ');
  return `${names.slice(0, cut).join(', ')} and ${names.length - cut} more`;
}
