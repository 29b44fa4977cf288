/**
 * Opens an address of the app as a browser does: `node open-window.ts ADDRESS`. It lets in once, by a cookie, and leads
 * to the window, whose script then is there too.
 */
const address = process.argv[2] ?? '';
const entry = await fetch(address, { redirect: 'manual' });
const cookie = entry.headers
  .getSetCookie()
  .map((each) => each.split(';')[0])
  .join('; ');
const window = new URL(entry.headers.get('location') ?? '', address);
const page = await (await fetch(window, { headers: { cookie } })).text();
const script = /<script[^>]*\ssrc="([^"]+)"/.exec(page)?.[1];
const answer =
  script === undefined ? undefined : await fetch(new URL(script, window), { headers: { cookie } });
if (!answer?.ok) throw new Error(`The window is not at its address (${entry.status}).`);
console.log('the window is served');

export {};
