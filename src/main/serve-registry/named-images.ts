import { StrataError } from '../../shared/errors.ts';
import type { Image } from '../assemble/image.ts';
import { DEFAULT_TAG, type ImageRequest, imageRequest } from './image-request.ts';
import { mayPass } from './refusals.ts';
import { shareWork } from './shared-work.ts';

/** Images that are made when they are pulled. */
export interface ImagesOnPull {
  /** @throws StrataError with the reason why there is no such image; Cancelled. */
  readonly buildImage: (request: ImageRequest, signal: AbortSignal) => Promise<Image>;
  /** Whether there can be such an image, without building it. @throws as `buildImage` does. */
  readonly lookUp: (request: ImageRequest, signal: AbortSignal) => Promise<void>;
}

export interface NamedImagesOptions {
  /** Only what is given a name is served where it is left out. */
  readonly onPull?: ImagesOnPull | undefined;
  /** A build that takes longer is cancelled. */
  readonly buildTimeoutMs?: number | undefined;
  /** For how long a built image is given out again before its tag is looked up anew. */
  readonly freshMs?: number | undefined;
  /** For how long a failure is told again before it is tried anew. */
  readonly failedMs?: number | undefined;
}

/** The images that a name and a tag stand for. */
export interface NamedImages {
  give(name: string, tag: string, image: Image): void;
  /** That which was given, or else one that is built; whoever asks for it meanwhile gets the same. @throws as `buildImage` does. */
  get(name: string, tag: string, signal: AbortSignal): Promise<Image>;
  /** Tags of images that were given, and `latest` where it can be built. @throws as `lookUp` does where there is none. */
  tagsOf(name: string, signal: AbortSignal): Promise<readonly string[]>;
}

const DEFAULT_BUILD_TIMEOUT_MS = 60 * 60 * 1000;
/** A client that asks for a tag with HEAD and then with GET gets one image. */
const DEFAULT_FRESH_MS = 30_000;
/** Longer than the pauses after which clients that try again do so. */
const DEFAULT_FAILED_MS = 60_000;

export function createNamedImages(options: NamedImagesOptions): NamedImages {
  const { onPull = NOTHING_ON_PULL, buildTimeoutMs = DEFAULT_BUILD_TIMEOUT_MS } = options;
  const { freshMs = DEFAULT_FRESH_MS, failedMs = DEFAULT_FAILED_MS } = options;
  const given = new Map<string, Image>();
  const keeping = {
    resultMs: freshMs,
    failureMs: (error: unknown) => (mayPass(error) ? 0 : failedMs),
  };
  const builds = shareWork(async (key, signal) => {
    const timeout = AbortSignal.timeout(buildTimeoutMs);
    try {
      return await onPull.buildImage(requestOf(key), AbortSignal.any([signal, timeout]));
    } catch (error) {
      if (!timeout.aborted) throw error;
      throw new StrataError('build-timeout', `Building ${key} took longer than ${buildTimeoutMs / 1000} s.`, {
        cause: error,
      });
    }
  }, keeping);
  const lookUps = shareWork((key, signal) => onPull.lookUp(requestOf(key), signal), keeping);
  return {
    give: (name, tag, image) => given.set(`${name}:${tag}`, image),
    get: async (name, tag, signal) => {
      const key = `${name}:${tag}`;
      return given.get(key) ?? (await builds.get(key, signal));
    },
    async tagsOf(name, signal) {
      const own = [...given.keys()].flatMap((key) =>
        key.startsWith(`${name}:`) ? [key.slice(name.length + 1)] : [],
      );
      try {
        await lookUps.get(`${name}:${DEFAULT_TAG}`, signal);
      } catch (error) {
        if (own.length === 0) throw error;
        return own.sort();
      }
      return [...new Set([DEFAULT_TAG, ...own])].sort();
    },
  };
}

/** The image that `NAME:TAG` asks for. */
function requestOf(key: string): ImageRequest {
  const colon = key.lastIndexOf(':');
  return imageRequest(key.slice(0, colon), key.slice(colon + 1));
}

const NOTHING_ON_PULL: ImagesOnPull = { buildImage: refuseToBuild, lookUp: refuseToBuild };

function refuseToBuild(): Promise<never> {
  throw new StrataError(
    'unknown-package',
    'Nothing is built here: only what is served by its name can be pulled.',
  );
}
