import type { StrataDocument } from '../document.ts';
import { imageConfigOf } from './image-config.ts';

/** A package of the image, as far as it matters here. */
interface StartablePackage {
  readonly attribute: string;
  readonly meta: { readonly mainProgram: string | null };
}

/** Of several that are there, the first here is started. */
export const SHELLS: readonly string[] = ['bash', 'dash', 'fish', 'ksh', 'zsh'];
/** Packages that every image gets, none of which is a program. */
export const PROGRAMLESS: ReadonlySet<string> = new Set(['cacert', 'iana-etc']);

/** Whether a document, or the image that it is built on, says what its image starts. */
export function saysWhatStarts({ base, config }: Pick<StrataDocument, 'base' | 'config'>): boolean {
  const { Cmd = [], Entrypoint = [] } = imageConfigOf(config);
  return base !== undefined || Cmd.length > 0 || Entrypoint.length > 0;
}

/**
 * The configuration of a document's image. Where nothing says what it starts, that is the program of its one package, or of
 * several the shell, in whatever order they are named; a base may have its own.
 */
export function startedConfig(
  { base, config }: Pick<StrataDocument, 'base' | 'config'>,
  packages: readonly StartablePackage[],
): { readonly config: ReturnType<typeof imageConfigOf>; readonly notices: readonly string[] } {
  const said = imageConfigOf(config);
  if (saysWhatStarts({ base, config })) return { config: said, notices: [] };
  const programs = new Map(
    packages.flatMap(({ attribute, meta }) =>
      PROGRAMLESS.has(attribute) ? [] : [[attribute, meta.mainProgram] as const],
    ),
  );
  const [only, ...others] = programs.values();
  const program = others.length === 0 ? only : SHELLS.find((shell) => [...programs.values()].includes(shell));
  if (!program) {
    const notice = 'Nothing says what the image starts: a command is given with --cmd, or as Cmd.';
    return { config: said, notices: [notice] };
  }
  const notice = `The image starts ${program}, as nothing else is said: --cmd, or Cmd, says something else.`;
  return { config: { ...said, Cmd: [program] }, notices: [notice] };
}
