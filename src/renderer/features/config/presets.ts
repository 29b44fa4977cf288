import type { StrataDocument } from '../../../shared/document.ts';
import type { Edit } from '../../state/document/edits.ts';

/** Beginnings for the three kinds of image that most people make. */
export interface Preset {
  readonly id: 'shell' | 'service' | 'job';
  readonly title: string;
  readonly hint: string;
  readonly config: (document: StrataDocument) => {
    readonly [Field in keyof StrataDocument['config']]?: StrataDocument['config'][Field] | undefined;
  };
}

/** What one preset sets must not be left over when another is taken. */
const NOTHING = {
  Entrypoint: undefined,
  Cmd: undefined,
  User: undefined,
  ExposedPorts: undefined,
  StopSignal: undefined,
} as const;

export const PRESETS: readonly Preset[] = [
  {
    id: 'shell',
    title: 'Shell',
    hint: 'Opens a shell, for looking around and for tools.',
    config: ({ config }) => ({ ...config, ...NOTHING, Cmd: ['bash'], WorkingDir: '/' }),
  },
  {
    id: 'service',
    title: 'Web service',
    hint: 'Runs one server as nobody, on port 8080, and ends with SIGTERM.',
    config: (document) => ({
      ...document.config,
      ...NOTHING,
      Entrypoint: [serverOf(document)],
      Cmd: argumentsOf(serverOf(document)),
      User: '65534:65534',
      ExposedPorts: { '8080/tcp': {} },
      WorkingDir: '/',
      StopSignal: 'SIGTERM',
    }),
  },
  {
    id: 'job',
    title: 'Job',
    hint: 'Runs one program to its end; arguments of the container go to it.',
    config: (document) => ({
      ...document.config,
      ...NOTHING,
      Entrypoint: [programOf(document)],
      WorkingDir: '/tmp',
    }),
  },
];

export function applyPreset(document: StrataDocument, preset: Preset): Edit {
  const fields = Object.entries(preset.config(document)).filter(([, value]) => value !== undefined);
  return {
    document: { ...document, config: Object.fromEntries(fields) as StrataDocument['config'] },
    title: `Configure a ${preset.title.toLowerCase()}`,
  };
}

const SERVERS = new Map<string, readonly string[]>(
  Object.entries({
    nginx: ['-g', 'daemon off;'],
    redis: [],
    'redis-server': [],
    caddy: ['run'],
    postgresql: [],
  }),
);

function serverOf(document: StrataDocument): string {
  const known = document.packages.find((name) => SERVERS.has(lastPart(name)));
  if (known === undefined) return programOf(document);
  const name = lastPart(known);
  return name === 'redis' ? 'redis-server' : name === 'postgresql' ? 'postgres' : name;
}

function argumentsOf(server: string): string[] {
  return [...(SERVERS.get(server) ?? [])];
}

/** Most programs are called as their package; shells and basic tools are rarely what an image is for. */
function programOf({ packages }: StrataDocument): string {
  const basic = ['bash', 'coreutils', 'shell', 'cacert'];
  const own = packages.find((name) => !basic.includes(name)) ?? packages[0];
  return own === undefined ? 'bash' : lastPart(own);
}

function lastPart(attribute: string): string {
  return attribute.slice(attribute.lastIndexOf('.') + 1);
}
