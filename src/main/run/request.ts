/** Programs that can run an image, in the order in which they are tried. */
export const ENGINES = ['bwrap', 'podman', 'docker'] as const;
export type Engine = (typeof ENGINES)[number];

/** A file or directory of this machine that the program sees. */
export interface Volume {
  /** Absolute, on this machine. */
  readonly from: string;
  /** Absolute, in the image. */
  readonly to: string;
  readonly isReadOnly: boolean;
}

/** Bounds, as podman and docker take them. */
interface Limits {
  /** Such as `512m`. */
  readonly memory?: string | undefined;
  /** Such as `1.5`. */
  readonly cpus?: string | undefined;
  readonly pids?: number | undefined;
}

/** How an image is to be run, besides what its configuration says. */
export interface RunRequest {
  /** In place of Cmd. */
  readonly command?: readonly string[] | undefined;
  /** In place of Entrypoint; Cmd goes with it. */
  readonly entrypoint?: readonly string[] | undefined;
  /** `NAME=value`, over those of the configuration. */
  readonly environment: readonly string[];
  readonly user?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly volumes: readonly Volume[];
  /** As podman and docker take them: `8080:80`. */
  readonly ports: readonly string[];
  readonly hasNetwork: boolean;
  readonly isReadOnly: boolean;
  readonly limits: Limits;
  /** Whether the program gets a terminal. */
  readonly hasTerminal: boolean;
}
