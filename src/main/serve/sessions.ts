import { newSecret, sameSecret } from './security.ts';

const KEPT_SESSIONS = 50;
const KEPT_TOKENS = 20;

/**
 * Who may come in. An address carries a token that is good for one entry; entering gives a session, which the browser
 * keeps as a cookie that no script can read. So what is left in a history, a process list or a terminal opens nothing.
 */
export interface Sessions {
  /** A token for one entry; with `sameUser` only for a process of this user. */
  newToken(sameUser: boolean): string;
  /**
   * The session that a token opens, or undefined for a token that is wrong or used up.
   *
   * @param isSameUser asked only where the token is for this user alone
   */
  enter(token: string, isSameUser: () => Promise<boolean>): Promise<string | undefined>;
  isOpen(session: string | undefined): boolean;
}

export function createSessions(): Sessions {
  const tokens: { readonly text: string; readonly sameUser: boolean }[] = [];
  const sessions: string[] = [];
  return {
    newToken(sameUser) {
      const text = newSecret();
      tokens.push({ text, sameUser });
      if (tokens.length > KEPT_TOKENS) tokens.shift();
      return text;
    },
    async enter(token, isSameUser) {
      const known = tokens.find(({ text }) => sameSecret(text, token));
      if (known === undefined || (known.sameUser && !(await isSameUser()))) return undefined;
      const at = tokens.indexOf(known);
      // Somebody else came in while the question was open.
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
