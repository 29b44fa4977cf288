import { STORE_NAMES } from './adjustments.ts';
import { aliasesFor } from './aliases.ts';
import type { Archive, DebianPackage } from './apt/archive.ts';
import type { Machine } from './apt/lists.ts';
import type { Deb, Debset, Unit } from './debset.ts';
import { storeName, upstreamVersion } from './names.ts';
import type { PackageDefinition } from './package-set.ts';
import { resolveDependencies } from './resolve.ts';
import { formUnits, headPackage, type UnitMembers } from './units.ts';

/** Essential packages, which others need not declare: what their scripts' first lines may name. */
const SHELLS = ['dash', 'bash'];

/** Makes the package set from what apt knows. Attributes whose head package the archive lacks are left out. */
export function generateDebset(
  archive: Archive,
  machine: Machine,
  definitions: readonly PackageDefinition[],
): Debset {
  const available = definitions.filter((definition) => archive.packages.has(headPackage(definition)));
  const wanted = available
    .flatMap(({ outputs }) => Object.values(outputs).flat())
    .filter((member): member is string => typeof member === 'string' && archive.packages.has(member));
  const dependencies = resolveDependencies(archive, [...wanted, ...SHELLS]);
  const members = formUnits(dependencies, available);
  const python = archive.packages.get('python3');
  const pythonVersion = python && /^\d+\.\d+/.exec(upstreamVersion(python.version))?.[0];

  const units: Record<string, Unit> = {};
  for (const unit of members) units[unit.head] = describeUnit(archive, unit, pythonVersion);
  const unitOf = new Map(members.flatMap(({ head, definition }) => (definition ? [[definition, head]] : [])));
  const attributes: Debset['attributes'] = {};
  for (const definition of available) {
    const unit = unitOf.get(definition);
    if (unit === undefined)
      throw new Error(`${definition.attribute} was merged into another attribute's unit.`);
    attributes[definition.attribute] = { unit, programs: [...definition.programs] };
  }
  const { system, multiarch } = machine;
  return {
    formatVersion: 1,
    system,
    multiarch,
    ...(pythonVersion && { pythonVersion }),
    shells: SHELLS,
    units,
    aliases: aliasesFor(unitsByAttribute(attributes, units)),
    attributes,
  };
}

function unitsByAttribute(attributes: Debset['attributes'], units: Debset['units']): Record<string, Unit> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([attribute, { unit }]) =>
      units[unit] ? [[attribute, units[unit]]] : [],
    ),
  );
}

function describeUnit(archive: Archive, unit: UnitMembers, pythonVersion: string | undefined): Unit {
  const head = packageOf(archive, unit.head);
  const { definition } = unit;
  const isPythonModule = head.name.startsWith('python3-');
  const leaf = definition?.attribute.split('.').at(-1);
  const pname = storeName(definition?.pname ?? leaf ?? (isPythonModule ? head.name.slice(8) : head.name));
  const versionOf = definition?.versionOf;
  const members = unit.outputs.flatMap(({ packages }) => packages);
  const versionPackage = members.find((name) => versionOf?.test(name)) ?? unit.head;
  const version = upstreamVersion(packageOf(archive, versionPackage).version);
  const fixedName = STORE_NAMES.get(unit.head);
  const prefix = isPythonModule && pythonVersion ? `python${pythonVersion}-` : '';
  const mainProgram = definition?.programs[0];
  return {
    pname: fixedName ?? pname,
    version,
    name: fixedName ?? `${prefix}${pname}-${version}`,
    description: definition?.description ?? head.description,
    ...(head.homepage && { homepage: head.homepage }),
    license: definition?.license ?? (isFree(head) ? 'free' : 'unfree'),
    ...(mainProgram && { mainProgram }),
    ...(definition?.priority !== undefined && { priority: definition.priority }),
    ...(definition && mainProgram && { startCommands: startCommandsOf(definition) }),
    outputs: unit.outputs.map(({ name, packages }) => ({
      name,
      debs: packages.map((member) => describeDeb(packageOf(archive, member))),
    })),
    dependencies: [...unit.dependencies],
  };
}

/** Asks each program for its version, or as the definition says. */
function startCommandsOf({ programs, started = {} }: PackageDefinition): string[] {
  return programs.map((program) => `${program} ${started[program] ?? '--version'}`);
}

function describeDeb(debian: DebianPackage): Deb {
  return {
    package: debian.name,
    version: debian.version,
    architecture: debian.architecture,
    file: debian.filename.slice(debian.filename.lastIndexOf('/') + 1),
    sha256: debian.sha256,
    sizeBytes: debian.sizeBytes,
  };
}

/** The archive's areas that do not meet the Debian Free Software Guidelines, or Ubuntu's counterparts. */
function isFree({ section }: DebianPackage): boolean {
  return !/^(non-free|non-free-firmware|restricted|multiverse)\//.test(section);
}

function packageOf(archive: Archive, name: string): DebianPackage {
  const found = archive.packages.get(name);
  if (!found) throw new Error(`${name} is not in the archive.`);
  return found;
}
