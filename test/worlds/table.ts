import type { Case } from './cases.ts';
import type { Outcome } from './outcome.ts';
import type { World } from './worlds.ts';

/** What is known of a world: what is installed there, and what came of each case that was run, by its name. */
export interface Findings {
  /** Abbreviated. */
  readonly commit: string;
  readonly versions: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** In Markdown: worlds × cases, the digests of their images, and the reason of all that did not pass. */
export function renderTable(
  worlds: readonly World[],
  cases: readonly Case[],
  findings: Readonly<Record<string, Findings>>,
): string {
  const rows = worlds.filter(({ name }) => findings[name]);
  const outcomeOf = (world: World, { name }: Case) => findings[world.name]?.outcomes[name];
  const main = table(
    ['world', 'with', 'commit', ...cases.map(({ title }) => title)],
    rows.map((world) => [
      world.title,
      findings[world.name]?.versions ?? '',
      findings[world.name]?.commit ?? '',
      ...cases.map((each) => cell(outcomeOf(world, each))),
    ]),
  );
  const digestsOf = (world: World) =>
    Object.assign({}, ...cases.map((each) => outcomeOf(world, each)?.digests)) as Record<string, string>;
  const images = [...new Set(rows.flatMap((world) => Object.keys(digestsOf(world))))];
  const built = rows.filter((world) => Object.keys(digestsOf(world)).length > 0);
  const digests = table(
    ['world', ...images],
    built.map((world) => [world.title, ...images.map((image) => short(digestsOf(world)[image]))]),
  );
  const reasons = rows.flatMap((world) =>
    cases.flatMap((each) => {
      const outcome = outcomeOf(world, each);
      if (outcome === undefined) return [];
      const said = outcome.state === 'passed' ? outcome.details : [outcome.text, ...outcome.details];
      return said.map((line) => ({
        where: `${world.name}, ${each.name}`,
        line: `${outcome.state}: ${line}`,
      }));
    }),
  );
  return [main, ...(built.length > 0 ? [digests] : []), listReasons(reasons)].filter(Boolean).join('\n\n');
}

/**
 * Images that one commit made differently in two worlds of one Debian release, whose packages are the same: each as a
 * sentence.
 */
export function differences(
  worlds: readonly World[],
  findings: Readonly<Record<string, Findings>>,
): string[] {
  const seen = new Map<string, { readonly world: string; readonly digest: string }>();
  const different: string[] = [];
  for (const world of worlds) {
    const found = findings[world.name];
    for (const { digests } of Object.values(found?.outcomes ?? {})) {
      for (const [image, digest] of Object.entries(digests)) {
        const key = `${found?.commit} ${world.root.suite} ${image}`;
        const first = seen.get(key);
        if (first === undefined) seen.set(key, { world: world.name, digest });
        else if (first.digest !== digest)
          different.push(`${image} in ${world.name} is not that of ${first.world}`);
      }
    }
  }
  return different;
}

function cell(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '';
  const { state, text } = outcome;
  if (state === 'passed') return text || 'yes';
  return state === 'failed' && / of /.test(text) ? `failed (${text})` : state;
}

function short(digest: string | undefined): string {
  return digest === undefined ? '' : `\`${digest.replace('sha256:', '').slice(0, 12)}\``;
}

/** Reasons that are the same in several places are said once. */
function listReasons(reasons: readonly { readonly where: string; readonly line: string }[]): string {
  const places = new Map<string, string[]>();
  for (const { where, line } of reasons) places.set(line, [...(places.get(line) ?? []), where]);
  return [...places].map(([line, where]) => `- ${line} (${where.join('; ')})`).join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
