import { type BuildState, EMPTY_BUILD_STATE, reduceBuild, type TimedEvent } from './build-state.ts';
import type { NixEvent } from './events.ts';

/** Gathers the events of a build, and works its state out when that is asked for. */
export interface BuildFollower {
  note(event: NixEvent): void;
  state(): BuildState;
}

/** Beyond this many, events are worked in without being asked: they take memory too. */
const MOST_GATHERED = 10_000;

/** @param now milliseconds of any clock */
export function createBuildFollower(now: () => number): BuildFollower {
  let known = EMPTY_BUILD_STATE;
  let gathered: TimedEvent[] = [];
  const state = (): BuildState => {
    if (gathered.length > 0) known = reduceBuild(known, gathered);
    gathered = [];
    return known;
  };
  return {
    note(event) {
      gathered.push({ event, at: now() });
      if (gathered.length > MOST_GATHERED) state();
    },
    state,
  };
}
