import type { RunRequest } from '../../src/main/run/request.ts';

/** A run as it is where nobody asks for anything else. */
export const PLAIN_RUN: RunRequest = {
  environment: [],
  volumes: [],
  ports: [],
  hasNetwork: false,
  isReadOnly: false,
  limits: {},
  hasTerminal: false,
};
