/**
 * Text as it may be shown and logged: URLs in it keep their place and lose what signs in. Of an SSH address the user's
 * name stays, because it is part of where the address leads.
 */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"]*)@/gi, (_, scheme: string, userInfo: string) =>
    /ssh/i.test(scheme) ? `${scheme}${userInfo.replace(/:.*$/s, '')}@` : scheme,
  );
}
