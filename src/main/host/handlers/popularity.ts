import type { Popularities } from '../popularities.ts';
import { procedures } from '../procedures.ts';

export function popularityHandlers(popularities: Popularities) {
  const os = procedures.popularity;
  return {
    latest: os.latest.handler(({ input }) => popularities.latest(input)),
    choose: os.choose.handler(({ input }) => popularities.choose(input.ref, input.path)),
    forget: os.forget.handler(({ input }) => popularities.forget(input)),
  };
}
