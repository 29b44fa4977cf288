/** How fast a total grows. */
export interface RateMeter {
  /**
   * Notes the total at a time, in milliseconds of any clock that nobody sets back.
   *
   * @returns mean growth a second over the last seconds, 0 before there is one and where the total became less
   */
  note(total: number, at: number): number;
}

const WINDOW_MS = 5_000;

export function createRateMeter(): RateMeter {
  let samples: readonly { readonly total: number; readonly at: number }[] = [];
  return {
    note(total, at) {
      samples = [...samples.filter((sample) => at - sample.at <= WINDOW_MS), { total, at }];
      const [first] = samples;
      if (first === undefined || at <= first.at) return 0;
      return Math.max(0, ((total - first.total) * 1000) / (at - first.at));
    },
  };
}
