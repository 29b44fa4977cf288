import { newSecret, sameSecret } from './security.ts';

const KEPT_SESSIONS = 50;
const KEPT_TOKENS = 20;

/**
 * Who may come in. An address carries a token that is good for one entry; entering gives a session, which the browser
 * keeps as a cookie that no script can read. So what is left in a history, a process list or a terminal opens nothing.
 */
export interface Sessions {
  /** A token for one entry. */
  newToken(): string;
  /** The session that a token opens, or undefined for a token that is wrong or used up. */
  enter(token: string): string | undefined;
  isOpen(session: string | undefined): boolean;
}

export function createSessions(): Sessions {
  const tokens: string[] = [];
  const sessions: string[] = [];
  return {
    newToken() {
      const token = newSecret();
      tokens.push(token);
      if (tokens.length > KEPT_TOKENS) tokens.shift();
      return token;
    },
    enter(token) {
      const at = tokens.findIndex((known) => sameSecret(known, token));
      if (at < 0) return undefined;
      tokens.splice(at, 1);
      const session = newSecret();
      sessions.push(session);
      if (sessions.length > KEPT_SESSIONS) sessions.shift();
      return session;
    },
    isOpen: (session) => session !== undefined && sessions.some((known) => sameSecret(known, session)),
  };
}
