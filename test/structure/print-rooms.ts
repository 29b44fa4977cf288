import { HOUSES, type House, type Room } from './rooms.ts';

/** Between these lines of docs/architecture.md stands what {@link printedHouses} gives. */
const MARKERS = ['<!-- npm run rooms writes this -->', '<!-- end -->'] as const;

export const folderOf = (house: House, { room }: Room): string =>
  room === '.' ? house.folder : `${house.folder}/${room}`;

/** The tables of all rooms, from the bottom up, in Markdown. */
export function printedHouses(): string {
  const title = (house: House) =>
    `**\`${house.folder}\`**: ${house.purpose}. Outside of it, its rooms may import ${house.mayImport}.`;
  return HOUSES.map((house) =>
    [
      title(house),
      '',
      '| room | for | may import |',
      '| --- | --- | --- |',
      ...house.rooms.map((room) => `| \`${room.room}\` | ${room.purpose} | ${quoted(room.mayImport)} |`),
    ].join('\n'),
  ).join('\n\n');
}

/** The first and the last line of the README of a room. */
export function readmeLines(house: House, room: Room): { readonly first: string; readonly last: string } {
  const inside =
    room.mayImport.length === 0 ? '' : `${quoted(room.mayImport)}; outside of \`${house.folder}\`, `;
  return {
    first: `# ${folderOf(house, room)}: ${room.purpose}`,
    last: `May import: ${inside}${house.mayImport}.`,
  };
}

function quoted(rooms: readonly string[]): string {
  return rooms.map((room) => `\`${room}\``).join(', ');
}

/** A text with what stands between {@link MARKERS} replaced. */
export function betweenMarkers(text: string, printed: string): string {
  const [start, end] = MARKERS;
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`no "${start}" followed by "${end}"`);
  return `${text.slice(0, from + start.length)}\n${printed}\n${text.slice(to)}`;
}

/** A README with its first line and its last replaced; what stands between them is written by hand. */
export function withReadmeLines(
  text: string,
  { first, last }: { readonly first: string; readonly last: string },
) {
  const lines = text.trimEnd().split('\n');
  const body = lines.filter(
    (line, at) => !(at === 0 && line.startsWith('# ')) && !line.startsWith('May import: '),
  );
  return `${first}\n\n${body.join('\n').trim()}\n\n${last}\n`;
}
