interface SvgPoint {
  readonly x: number;
  readonly y: number;
}

export interface SvgGraph {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  readonly ink: string;
  readonly nodes: readonly (SvgPoint & {
    readonly radius: number;
    readonly colour: string;
    readonly label: string | null;
    /** Whether the name is written however small the node is. */
    readonly named: boolean;
  })[];
  readonly edges: readonly { readonly from: SvgPoint; readonly to: SvgPoint; readonly colour: string }[];
}

/** Nodes smaller than this, in pixels, stay without a name. */
const LABELLED_FROM = 5;

/** A graph as an SVG document (SVG 2). */
export function graphSvg({ width, height, background, ink, nodes, edges }: SvgGraph): string {
  const lines = edges.map(
    ({ from, to, colour }) =>
      `<path d="M${short(from.x)} ${short(from.y)}L${short(to.x)} ${short(to.y)}" stroke="${escapeXml(colour)}"/>`,
  );
  const discs = nodes.map(
    ({ x, y, radius, colour }) =>
      `<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}" fill="${escapeXml(colour)}"/>`,
  );
  const names = nodes
    .filter(({ radius, label, named }) => label && (named || radius >= LABELLED_FROM))
    .map(
      ({ x, y, radius, label }) =>
        `<text x="${short(x + radius + 4)}" y="${short(y + 4)}">${escapeXml(label ?? '')}</text>`,
    );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="100%" height="100%" fill="${escapeXml(background)}"/>`,
    `<g fill="none" stroke-width="1">${lines.join('')}</g>`,
    `<g>${discs.join('')}</g>`,
    `<g font-family="Inter, sans-serif" font-size="11.5" font-weight="550" fill="${escapeXml(ink)}">${names.join('')}</g>`,
    '</svg>',
  ].join('\n');
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' } as const;

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ENTITIES[sign as keyof typeof ENTITIES]);
}
