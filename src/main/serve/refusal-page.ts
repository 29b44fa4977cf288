const TITLES: Readonly<Record<number, string>> = {
  401: 'This address does not open Strata',
  403: 'This page may not use Strata',
  404: 'There is no such page',
  405: 'This is not how Strata is asked',
};

const TEXTS: Readonly<Record<number, string>> = {
  401: 'An address is good for one browser and one entry. Press Enter in the terminal where <code>strata serve</code> runs for a new one.',
  403: 'The request came from another site, or under a name that is not this machine’s.',
  404: 'Go back to the <a href="/">start</a>.',
  405: 'Only reading is allowed here.',
};

/** A page for a request that was refused: says why, and nothing about what there is. */
export function refusalPage(status: number): string {
  const title = TITLES[status] ?? 'Something went wrong';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>${title}</title><h1>${title}</h1><p>${TEXTS[status] ?? ''}</p></html>
`;
}

/**
 * A page that goes on to the clean address. A redirect would not do where another site or a file led here: the browser
 * counts it as part of that navigation and leaves the new `SameSite=Strict` cookie out.
 */
export function onwardPage(location: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${location}">
<title>Strata</title><p><a href="${location}">Open Strata</a></p></html>
`;
}
