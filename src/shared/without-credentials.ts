/**
 * Text as it may be shown and logged: URLs in it keep their place and lose what signs in. Of an SSH address the user's
 * name stays, because it is part of where the address leads.
 */
export function withoutCredentials(text: string): string {
  // A scheme begins where no other could: text without any is read once, however long its words are.
  return text.replace(
    /(?<![a-z0-9+.-])([a-z0-9+.-]*:\/\/)([^\s/?#'"]*)@/gi,
    (_, scheme: string, userInfo: string) =>
      /ssh/i.test(scheme) ? `${scheme}${userInfo.replace(/:.*$/s, '')}@` : scheme,
  );
}
