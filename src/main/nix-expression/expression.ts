// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are Nix's.

import { imageConfigOf } from '../../shared/document/image-config.ts';
import { PROGRAMLESS, SHELLS, saysWhatStarts } from '../../shared/document/started-program.ts';
import type { StrataDocument } from '../../shared/document.ts';
import type { LockedSource } from '../../shared/lock.ts';
import type { PackageSource } from '../../shared/package-sources.ts';
import type { Assignment } from '../nix/assign-sources.ts';
import { formatPackage, type RequestedPackage } from '../nix/package-names.ts';
import type { IgnoreRule } from './ignore-patterns.ts';
import { type NixCode, type NixValue, nixAttribute, nixCode, nixLiteral, nixString } from './nix-literal.ts';
import { builders, packageSetArguments, packageSetName } from './package-sets.ts';
import { rootCommands } from './root-commands.ts';
import { type RootPermission, rootPermissions } from './root-permissions.ts';

/** A document, with what it takes to write it as Nix. */
export interface NixExpressionInput {
  readonly document: StrataDocument;
  /** In its order, meta-packages and defaults put in. */
  readonly packages: readonly RequestedPackage[];
  /** The same by their sources. */
  readonly assignment: Assignment;
  /** A Nix system such as `aarch64-linux`; undefined for that of whoever builds. */
  readonly system: string | undefined;
  /** What its lock has of each source. */
  readonly locked: ReadonlyMap<string | null, LockedSource>;
  /** What of its files, by their index, is left out. */
  readonly ignored: ReadonlyMap<number, readonly IgnoreRule[]>;
  /** The text of nix/image-root.sh. */
  readonly rootScript: string;
}

const DEFAULT_CREATED = '1970-01-01T00:00:01Z';
const CERTIFICATES = 'SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt';
const PATH = 'PATH=/bin:/usr/bin:/sbin:/usr/sbin';

/** The image of a document, in the words of nixpkgs' `dockerTools.streamLayeredImage`. @throws StrataError `invalid-document`. */
export function dockerToolsExpression(input: NixExpressionInput): string {
  const { document } = input;
  const image = nixLiteral({
    ...common(input),
    contents: nixCode('links'),
    // The last layer of dockerTools is that of the root, which Strata does not count.
    maxLayers: document.layering.budget + 1,
    ...(document.nixDatabase ? { includeNixDB: true } : {}),
    fakeRootCommands: nixCode('rootCommands'),
  });
  return [
    '# Build with `nix-build FILE`, then load the image with `./result | docker load`.',
    ...limits(document, 'dockerTools'),
    ...head(input, []),
    `${builders(document)}.dockerTools.streamLayeredImage ${image}`,
    '',
  ].join('\n');
}

/** The image in the words of nix2container (github.com/nlewo/nix2container). @throws StrataError `invalid-document`. */
export function nix2containerExpression(input: NixExpressionInput): string {
  const { document } = input;
  const image = nixLiteral({
    ...common(input),
    copyToRoot: nixCode('root'),
    maxLayers: document.layering.budget,
    ...(document.nixDatabase ? { initializeNixDatabase: true } : {}),
    perms: rootPermissions(document).map(permission),
  });
  return [
    '# Call with the nix2container of its flake: `nix2container.packages.<system>.nix2container`.',
    ...limits(document, 'nix2container'),
    ...head(input, ['nix2container']),
    // The store has neither owners nor modes: `perms` says them.
    `let root = ${builders(document)}.runCommand "root" { } ''`,
    '  mkdir "$out"',
    '  cp -r --no-preserve=mode ${links}/. "$out"',
    '  cd "$out"',
    '  chown() { :; }',
    '  ${rootCommands}',
    "''; in",
    `nix2container.buildImage ${image}`,
    '',
  ].join('\n');
}

function common(input: NixExpressionInput) {
  const { name, tag, created, base } = input.document;
  return {
    name,
    tag,
    created: created ?? DEFAULT_CREATED,
    ...(base !== undefined && { fromImage: nixCode('fromImage') }),
    config: config(input),
  };
}

function permission({ path, isWhole, mode, owner }: RootPermission): NixValue {
  const regex = `${path.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')}${isWhole ? '(/|$)' : '$'}`;
  const whole = nixCode(`"^\${root}" + ${nixString(regex)}`);
  return { path: nixCode('root'), regex: whole, ...(mode !== undefined && { mode }), ...owner };
}

/** What the expression does not say, as comments. */
function limits(document: StrataDocument, tool: 'dockerTools' | 'nix2container'): readonly string[] {
  const { base, permissions = [] } = document;
  return [
    ...(base === undefined
      ? []
      : [
          `# fromImage is the base: ${JSON.stringify(base)}. Links of packages take the place of files of the base here, and`,
          '# nothing but its environment is taken from its configuration.',
        ]),
    ...(permissions.some(({ capabilities }) => capabilities !== undefined)
      ? [`# ${tool} leaves out the capabilities of files.`]
      : []),
  ];
}

/** The arguments of the expression, and what comes before the image. */
function head(input: NixExpressionInput, first: readonly string[]): readonly string[] {
  const { document, assignment, locked, system, ignored, rootScript } = input;
  const tools = builders(document);
  const given = [
    ...first,
    ...(document.base === undefined ? [] : ['fromImage']),
    ...packageSetArguments(document, new Set(assignment.shares.map(({ name }) => name)), locked, system),
  ];
  const links = {
    name: 'links',
    paths: nixCode('packages'),
    pathsToLink: document.pathsToLink?.map((path) => path.replace(/(?<=.)\/+$/, '')),
    ignoreCollisions: true,
  };
  const commands = [
    ...escaped(rootScript.trimEnd()).split('\n'),
    'takeRoot "${toString (builtins.sort (a: b: priority a < priority b) packages)}"',
    ...rootCommands(document, ignored),
  ];
  return [
    `{ ${given.join(', ')} }:`,
    'let',
    `  inherit (${tools}) lib writeText;`,
    `  packages = ${packageList(input)};`,
    '  priority = package: package.meta.priority or 5;',
    '  # As Strata merges packages, but for share/info/dir and the caches of share/mime.',
    `  links = ${tools}.buildEnv ${nixLiteral(links, 1)};`,
    ...(saysWhatStarts(document) ? [] : started(input)),
    ...(ignored.size === 0 ? [] : WITHOUT),
    "  rootCommands = ''",
    ...commands.map((line) => (line === '' ? '' : `    ${line}`)),
    "  '';",
    'in',
  ];
}

/** Code for the program that an image starts of which nothing says so, see `startedConfig`. */
function started(input: NixExpressionInput): readonly string[] {
  const packages = input.packages.filter(({ segments }) => !PROGRAMLESS.has(segments.join('.')));
  return [
    '  # Nothing says what to start: that is the program of the one package, or of several a shell.',
    `  programs = map (package: package.meta.mainProgram or null) (${packageList({ ...input, packages })});`,
    '  started =',
    '    if builtins.length programs == 1 then builtins.head programs',
    `    else lib.findFirst (shell: builtins.elem shell programs) null ${nixLiteral(SHELLS, 2)};`,
  ];
}

/** Whether a file of a directory is copied: of each list of patterns the last that fits decides. */
const WITHOUT: readonly string[] = [
  '  without = lists: top: path: type:',
  '    let',
  '      name = lib.removePrefix (toString top + "/") (toString path);',
  '      decide = below: left: rule:',
  '        if builtins.match rule.regex (below + name) == null then left else !rule.keep;',
  "      isLeft = list: builtins.foldl' (decide list.below) false list.rules;",
  '      isKept = list: !isLeft list || type == "directory" && builtins.any (rule: rule.keep) list.rules;',
  '    in',
  '    baseNameOf path != ".dockerignore" && builtins.all isKept lists;',
];

/** Text for an indented string of Nix. */
function escaped(text: string): string {
  return text.replace(/''|\$\{/g, (found) => (found === "''" ? "'''" : "''${"));
}

/** Sources that are taken for nixpkgs, which has whatever Strata adds. */
const COMPLETE: readonly PackageSource['type'][] = ['auto', 'nixpkgs', 'starter'];

/** The packages in their order; those that are left out where a source lacks them, as far as it has them. */
function packageList(input: NixExpressionInput): string {
  const pieces = input.packages.map((each) => {
    const found = where(each, input);
    if (found !== undefined) return [nixCode(found), true] as const;
    return [packageCode(each, input.document), false] as const;
  });
  const lists = pieces.map(([code, isList]) => (isList ? nixLiteral(code) : `[ ${nixLiteral(code)} ]`));
  // Those that are there for certain stand in one list.
  const isPlain = pieces.every(([, isList]) => !isList);
  if (isPlain)
    return nixLiteral(
      pieces.map(([code]) => code),
      1,
    );
  return lists.join(' ++ ');
}

const FOUND = 'lib.take 1 (lib.catAttrs';

/** Code for a list of the package where a source has it; undefined for one that has to be there. */
function where(
  { segments, source, optional, isDefault }: RequestedPackage,
  { document, assignment: { shares, unplaced } }: NixExpressionInput,
): string | undefined {
  const candidates = isDefault && unplaced.length > 0 ? shares : shares.filter(({ name }) => name === source);
  const isThere = candidates.length === 1 && COMPLETE.includes(document.source.type) && source === null;
  if (!optional || (isThere && unplaced.length === 0)) return undefined;
  const sets = candidates.map(({ name }) => nixCode(packageSetName(name)));
  return `${FOUND} ${nixString(segments.join('.'))} ${nixLiteral(sets)})`;
}

function packageCode(
  each: Pick<RequestedPackage, 'source' | 'segments'>,
  { priorities = {} }: StrataDocument,
): NixCode {
  const name = formatPackage(each);
  const code = [packageSetName(each.source), ...each.segments.map(nixAttribute)].join('.');
  const priority = Object.hasOwn(priorities, name) ? priorities[name] : undefined;
  if (priority === undefined) return nixCode(code);
  return nixCode(`(lib.setPrio ${priority < 0 ? `(${priority})` : priority} ${code})`);
}

function config(input: NixExpressionInput): NixValue {
  const { Env = [], ...rest } = imageConfigOf(input.document.config);
  const isSet = (name: string) => Env.some((setting) => setting.startsWith(`${name}=`));
  const cacert = input.packages.find(
    ({ segments: [first, ...more] }) => first === 'cacert' && more.length === 0,
  );
  const found = cacert && where(cacert, input);
  const wanted = cacert !== undefined && !isSet('SSL_CERT_FILE');
  const always = [...(isSet('PATH') ? [] : [PATH]), ...(wanted && found === undefined ? [CERTIFICATES] : [])];
  const env = nixLiteral([...always, ...Env], 2);
  const certificates =
    wanted && found !== undefined ? ` ++ map (_: ${nixString(CERTIFICATES)}) (${found})` : '';
  const said = { ...rest, Env: nixCode(`${env}${certificates}`) };
  if (saysWhatStarts(input.document)) return said;
  return nixCode(`${nixLiteral(said, 1)} // lib.optionalAttrs (started != null) { Cmd = [ started ]; }`);
}
