import { randomUUID } from 'node:crypto';
import type { BuildResult, GraphMessage } from '../../shared/contract/builds.ts';
import type { Contents, ContentsRequest } from '../../shared/contract/contents.ts';
import type { DocumentRef } from '../../shared/contract/documents.ts';
import { writeGraphMessage } from '../../shared/contract/graph-message.ts';
import { type PackageSource, type StrataDocument, selectionOf } from '../../shared/document.ts';
import { joinPackageName } from '../../shared/package-sources.ts';
import { conflictText, omissionText } from '../assemble/image-notices.ts';
import type { FileAccess } from '../files/file-access.ts';
import type { JobReport } from '../jobs/job.ts';
import type { JobRegistry } from '../jobs/job-registry.ts';
import type { ResolvedSource } from '../nix/source/resolved-source.ts';
import { type Composition, composeDocument, rememberBuild } from '../verbs/compose.ts';
import { type ContentsToChoose, contentsToChoose } from '../verbs/contents-to-choose.ts';
import { baseMessage } from './base-message.ts';
import { preferencesFromSettings } from './nix-preferences.ts';
import { type BuildRecord, closureOf } from './records/build-record.ts';
import type { RecordStore } from './records/record-store.ts';
import { type ReportedWork, type ReportServices, reported } from './report-work.ts';
import type { SettingsStore } from './settings.ts';
import { allowDocument, documentPlace } from './source-code.ts';
import type { Trust } from './trust.ts';

export interface BuildServices extends ReportServices {
  readonly workingDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly jobs: JobRegistry;
  readonly settings: SettingsStore;
  readonly trust: Trust;
  readonly files: FileAccess;
  readonly records: RecordStore<BuildRecord>;
  /** Where builds are remembered for `strata learn`. */
  readonly buildRecordsDirectory: string;
}

export interface Builds {
  /** @throws StrataError `untrusted-source`, before anything of the source is read */
  start(ref: DocumentRef, document: StrataDocument): Promise<string>;
  latest(ref: DocumentRef): Promise<BuildResult | null>;
  get(build: string): Promise<BuildResult>;
  graph(build: string): Promise<GraphMessage>;
  /** @throws StrataError as {@link contentsToChoose} does; Cancelled. */
  contents(request: ContentsRequest, signal: AbortSignal | undefined): Promise<Contents>;
}

export function createBuilds(services: BuildServices): Builds {
  const { jobs, records } = services;
  return {
    async start(ref, document) {
      const located = await allowDocument(document, ref.path, services);
      return jobs.start({
        kind: 'build',
        title: `Build ${document.name}`,
        document: ref,
        run: (report, signal) => runBuild(located, document, ref, services, report, signal),
      });
    },
    latest: async (ref) => (await records.latest(ref))?.result ?? null,
    get: async (build) => (await records.get(build)).result,
    graph: async (build) => (await records.get(build)).graph,
    async contents({ ref, build, document }, signal) {
      const found = await contentsToChoose(document, closureOf(await records.get(build)), {
        cacheDirectory: services.cacheDirectory,
        ...(await documentPlace(ref.path, services)),
        checkFile: (path) => services.files.check(path),
        signal,
      });
      return contentsMessage(found);
    },
  };
}

/** A window draws no more of them; what is looked for among more is what a document put there, which is the user's. */
const MOST_ENTRIES = 50_000;

function contentsMessage({ contents, clashes, winningPriority }: ContentsToChoose): Contents {
  const { base, entries, conflicts, omissions, notices, users, groups } = contents;
  return {
    base: base === undefined ? null : baseMessage(base),
    entries: entries.slice(0, MOST_ENTRIES).map(({ path, type, mode, owner, sizeBytes, target, origin }) => ({
      path,
      type,
      mode,
      owner,
      sizeBytes,
      target,
      origin,
    })),
    total: entries.length,
    sizeBytes: entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    conflicts: conflicts.map((conflict) => ({
      path: conflict.path,
      kept: conflict.kept.package,
      dropped: conflict.dropped.package,
      winningPriority: winningPriority(conflict),
      text: `${conflictText(conflict)}.`,
    })),
    clashes: [...clashes],
    omissions: omissions.map(omissionText),
    notices: [...notices],
    users: [...users],
    groups: [...groups],
  };
}

async function runBuild(
  located: StrataDocument,
  asked: StrataDocument,
  ref: DocumentRef,
  services: BuildServices,
  report: JobReport<'build'>,
  signal: AbortSignal,
): Promise<void> {
  const { records, settings, env, buildRecordsDirectory: directory, now } = services;
  const tell = { build: report.tell };
  await reported(report, services, signal, tell, async (work) => {
    const composition = await composeDocument(located, {
      ...work,
      ...(await documentPlace(ref.path, services)),
      nix: preferencesFromSettings(await settings.get()),
      env,
    });
    const record = recordOf(asked, ref, composition, work.counts(), now());
    await records.put(record.result.build, ref, record);
    if (ref.path !== null) await rememberBuild(directory, ref.path, composition, work.onEvent);
    report.tell({ result: record.result });
  });
}

function recordOf(
  document: StrataDocument,
  ref: DocumentRef,
  composition: Composition,
  { built, downloaded }: ReturnType<ReportedWork['counts']>,
  finishedAt: Date,
): BuildRecord {
  const { graph, storeRoot, packages, platform, sources } = composition;
  const [{ source }] = sources;
  const build = randomUUID();
  return {
    result: {
      build,
      document: ref,
      selection: selectionOf(document),
      ...usedSource(source),
      sources: sources.map(({ name, source: used }) => ({ name, ...usedSource(used) })),
      system: composition.system,
      finishedAt: finishedAt.toISOString(),
      packages: builtPackages(composition),
      notices: [...composition.notices],
      storePaths: graph.size,
      closureBytes: graph.narSizes.reduce((sum, size) => sum + size, 0),
      built,
      downloaded,
    },
    graph: writeGraphMessage(build, graph, composition.popularity),
    platform,
    storeRoot,
    outputs: packages.map(({ source: name, attribute, output, storePath, priority }) => ({
      source: name,
      attribute,
      output,
      storePath,
      priority,
    })),
    described: packages.map(({ storePath, pname, version, output, meta }) => ({
      storePath,
      pname,
      version,
      output,
      meta,
    })),
  };
}

function usedSource({ type, pinned, description, reason, revision }: ResolvedSource) {
  return {
    source: resolvedSource(type, pinned),
    sourceDescription: description,
    sourceReason: reason,
    revision,
  };
}

/** nixpkgs of the search path has a directory as its pinned form; it is nixpkgs all the same. */
function resolvedSource(type: string, pinned: PackageSource): PackageSource {
  return type === 'nixpkgs' && pinned.type !== 'nixpkgs' ? { type: 'nixpkgs' } : pinned;
}

/** One entry a package, with all its chosen outputs. */
function builtPackages({ packages }: Composition): BuildResult['packages'] {
  const byName = new Map<string, BuildResult['packages'][number]>();
  for (const { requested, isDefault, source, attribute, name, version, storePath } of packages) {
    const key = `${isDefault} ${requested} ${attribute}`;
    const entry = byName.get(key) ?? {
      asked: isDefault ? null : requested,
      attribute: joinPackageName(source, attribute),
      name,
      version,
      storePaths: [],
    };
    entry.storePaths.push(storePath);
    byName.set(key, entry);
  }
  return [...byName.values()];
}
