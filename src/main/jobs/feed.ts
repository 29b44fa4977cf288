/** Events to any number of followers; each has a queue of its own, so none waits for another. */
export interface Feed<Event> {
  publish(event: Event): void;
  /**
   * What `first` gives, then every event published after it, until the feed ends or the signal is aborted. `first` is
   * called when the follower asks for its first event; nothing is missed or repeated between the two.
   */
  follow(signal: AbortSignal | undefined, first: () => readonly Event[]): AsyncGenerator<Event, void>;
  /** Ends the feed: followers get what is queued and then finish. */
  end(): void;
  readonly followers: number;
}

interface Follower<Event> {
  readonly queue: Event[];
  wake: () => void;
}

export function createFeed<Event>(): Feed<Event> {
  const followers = new Set<Follower<Event>>();
  let ended = false;

  const wakeAll = (): void => {
    for (const follower of followers) follower.wake();
  };

  return {
    get followers() {
      return followers.size;
    },
    publish(event) {
      if (ended) return;
      for (const follower of followers) follower.queue.push(event);
      wakeAll();
    },
    end() {
      ended = true;
      wakeAll();
    },
    async *follow(signal, first) {
      const follower: Follower<Event> = { queue: [], wake: () => {} };
      const abort = (): void => follower.wake();
      signal?.addEventListener('abort', abort);
      followers.add(follower);
      try {
        yield* first();
        while (!signal?.aborted) {
          const event = follower.queue.shift();
          if (event !== undefined) {
            yield event;
          } else if (ended) {
            return;
          } else {
            await new Promise<void>((resolve) => {
              follower.wake = resolve;
            });
          }
        }
      } finally {
        followers.delete(follower);
        signal?.removeEventListener('abort', abort);
      }
    },
  };
}
