import { CircleCheck, FileOutput, FolderOpen, Terminal } from 'lucide-react';
import { buildArguments, shellWords, unsaidFields } from '../../../shared/command-line.ts';
import type { ImageResult } from '../../../shared/contract/images.ts';
import { imageNameOf } from '../../../shared/document/image-name-of.ts';
import type { Compression } from '../../../shared/document.ts';
import type { ExportFormat } from '../../../shared/export-formats.ts';
import { count, formatBytes, formatCount } from '../../../shared/format.ts';
import { toFailure } from '../../client/failure.ts';
import { shell } from '../../client/transport.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { CopyButton, FailureCard } from '../../components/failure-card.tsx';
import { Field, SelectField, TextInput } from '../../components/field.tsx';
import { Page } from '../../components/page.tsx';
import { joinPath, parentDirectory } from '../../components/paths.ts';
import { ClosureGate } from '../../inspect/closure-gate.tsx';
import { PackingProgress } from '../../jobs/packing-progress.tsx';
import { setCompression } from '../../state/document/edits.ts';
import { documentTitle, edit, isEdited, type OpenDocument, useOpen } from '../../state/document/store.ts';
import { useHost } from '../../state/host.ts';
import { isOver } from '../../state/jobs.ts';
import { listFor, useKnown } from '../../state/known.ts';
import { isMended } from '../../state/mended.ts';
import { inBackground } from '../../state/notices.ts';
import { looksAtPopularity, usePopularity } from '../../state/popularity.ts';
import { chooseFile, confirmReplace } from '../../state/prompts.ts';
import { useStart } from '../../state/use-start.ts';
import { startImage, useImageJob } from '../../state/work.ts';
import { BILLS } from './bills.ts';
import { EnginesSection } from './engines-section.tsx';
import styles from './export-screen.module.css';
import { chooseExport, useExportChoice } from './export-state.ts';
import { COMPRESSIONS, FORMATS, LEVELS, loadCommand, outputFileName } from './formats.ts';
import { NixSection } from './nix-section.tsx';
import { PushSection } from './push-section.tsx';
import { ServeSection } from './serve-section.tsx';

/** Write the image to a file. */
export function ExportScreen() {
  return <ClosureGate title="Export">{() => <Export />}</ClosureGate>;
}

function Export() {
  const open = useOpen();
  const document = open.history.present;
  const job = useImageJob();
  const running = job !== null && !isOver(job);
  const mended = job?.state === 'failed' && isMended(job.failure?.details, document);
  const { format, bill, path, choose, changeFormat } = useOutput(open);
  const result = job?.detail.kind === 'image' && job.state === 'done' ? job.detail.result : null;

  const write = useStart(async (replace: boolean): Promise<void> => {
    const output = { path: path.trim(), format, bill: bill === '' ? null : bill };
    try {
      await startImage({ ...output, replace });
    } catch (error) {
      if (toFailure(error)?.code !== 'conflict' || replace) throw error;
      if (await confirmReplace(output.path)) await startImage({ ...output, replace: true });
    }
  });

  return (
    <Page
      title="Export"
      aside={<p className={styles.name}>{`${imageNameOf(document, open.path)}:${document.tag}`}</p>}
      beside={
        <>
          <EnginesSection />
          <PushSection />
          <ServeSection />
          <NixSection />
        </>
      }
    >
      <Card label="What to write">
        <Formats format={format} onChange={changeFormat} />
        <div className={styles.pair}>
          <SelectField
            label="Compression"
            hint={COMPRESSIONS.find(({ value }) => value === document.compression.type)?.hint}
            value={document.compression.type}
            options={COMPRESSIONS}
            onChange={(value) => edit((current) => setCompression(current, { type: value }))}
          />
          <LevelField compression={document.compression} />
          <SelectField
            label="Bill of materials"
            hint="Written beside the image."
            options={BILLS}
            value={bill}
            onChange={(value) => chooseExport(open.draft, { bill: value })}
          />
        </div>
        <Field label={format === 'oci-dir' ? 'Directory' : 'File'}>
          {(control) => (
            <div className={styles.file}>
              <TextInput
                {...control}
                mono
                value={path}
                onChange={({ target }) => chooseExport(open.draft, { chosenPath: target.value })}
              />
              <Button icon={FolderOpen} onClick={() => inBackground('No file could be chosen', choose)}>
                Choose…
              </Button>
            </div>
          )}
        </Field>
        {write.failure && (
          <FailureCard
            compact
            title="The export could not be started"
            failure={write.failure}
            onRetry={() => write.start(false)}
          />
        )}
        <div className={styles.actions}>
          <Button
            variant="primary"
            icon={FileOutput}
            disabled={running || write.starting || path.trim() === ''}
            onClick={() => write.start(false)}
          >
            {running ? 'Working…' : 'Export'}
          </Button>
        </div>
      </Card>
      {job !== null && !mended && (running || (job.state !== 'done' && write.failure === null)) && (
        <Card label="Progress">
          <PackingProgress job={job} onRetry={() => write.start(false)} />
        </Card>
      )}
      {result?.output && !running && <Written result={result} />}
      <CommandLine path={path} format={format} />
    </Page>
  );
}

/** What is written, and where: beside the document, unless another place was chosen. */
function useOutput(open: OpenDocument) {
  const workingDirectory = useHost((state) => state.about?.workingDirectory ?? '');
  const { format, bill, chosenPath } = useExportChoice(open.draft);
  const title = documentTitle(open);
  const directory = open.path === null ? workingDirectory : (parentDirectory(open.path) ?? '');
  const path = chosenPath ?? joinPath(directory, outputFileName(title, format));
  const choose = async () => {
    const isDirectory = format === 'oci-dir';
    const picked = await chooseFile('save', {
      title: isDirectory ? 'Where to write the directory' : 'Where to write the image',
      defaultPath: path,
      filters: isDirectory ? [] : [{ name: 'Image', extensions: ['tar'] }],
      directory: false,
    });
    if (picked !== null) chooseExport(open.draft, { chosenPath: picked });
  };
  const changeFormat = (next: ExportFormat) => {
    const parent = chosenPath === null ? null : (parentDirectory(chosenPath) ?? directory);
    chooseExport(open.draft, {
      format: next,
      chosenPath: parent === null ? null : joinPath(parent, outputFileName(title, next)),
    });
  };
  return { format, bill, path, choose, changeFormat };
}

interface FormatsProps {
  readonly format: ExportFormat;
  readonly onChange: (format: ExportFormat) => void;
}

function Formats({ format, onChange }: FormatsProps) {
  return (
    <div className={styles.formats} role="radiogroup" aria-label="Format">
      {FORMATS.map(({ id, title, hint }) => (
        <label key={id} className={styles.format} data-chosen={id === format || undefined}>
          <input type="radio" name="format" checked={id === format} onChange={() => onChange(id)} />
          <strong>{title}</strong>
          <span>{hint}</span>
        </label>
      ))}
    </div>
  );
}

function LevelField({ compression }: { readonly compression: Compression }) {
  const levels = LEVELS[compression.type];
  if (levels === null) return null;
  return (
    <SelectField
      label="Level"
      hint={`${levels.least} is fastest, ${levels.most} is smallest.`}
      value={compression.level ?? levels.usual}
      options={Array.from({ length: levels.most - levels.least + 1 }, (_, index) => {
        const level = levels.least + index;
        return { value: level, title: level === levels.usual ? `${level}, the default` : String(level) };
      })}
      onChange={(level) =>
        edit((current) =>
          setCompression(current, { type: compression.type, ...(level === levels.usual ? {} : { level }) }),
        )
      }
    />
  );
}

/** The file that was written, and what to do with it. */
function Written({ result }: { readonly result: ImageResult }) {
  const { output } = result;
  if (output === null) return null;
  const packed = result.layers.filter(({ cached }) => !cached);
  const command = loadCommand(output.format, output.path);
  return (
    <Card
      label="Written"
      title={
        <>
          <CircleCheck className={styles.ok} size={17} aria-hidden /> Written: {formatBytes(output.sizeBytes)}
        </>
      }
    >
      <ul className={styles.paths}>
        {[output.path, ...(output.billPath === undefined ? [] : [output.billPath])].map((path) => (
          <li key={path} className={styles.command}>
            <code>{path}</code>
            <CopyButton text={path} title="Copy path" />
          </li>
        ))}
      </ul>
      <p className={styles.note}>
        {count(result.layers.length, 'layer')},{' '}
        {packed.length === 0 ? 'all packed before' : `${formatCount(packed.length)} packed anew`} ·{' '}
        <code>{result.manifestDigest}</code>
      </p>
      {result.sharing.map((line) => (
        <p key={line} className={styles.note}>
          {line}
        </p>
      ))}
      {result.notices.map((notice) => (
        <p key={notice} className={styles.notice}>
          {notice}
        </p>
      ))}
      <div className={styles.command}>
        <code>{command}</code>
        <CopyButton text={command} />
      </div>
      {shell && (
        <div className={styles.actions}>
          <Button icon={FolderOpen} onClick={() => void shell?.reveal(output.path)}>
            Show in its folder
          </Button>
        </div>
      )}
    </Card>
  );
}

/** The same from a terminal. */
function CommandLine({ path, format }: { readonly path: string; readonly format: ExportFormat }) {
  const open = useOpen();
  const document = open.history.present;
  const saved = open.path !== null && !isEdited(open);
  const unsaid = saved ? [] : unsaidFields(document);
  const known = useKnown(({ list }) => listFor(document.layering, list));
  const popularity = usePopularity(({ chosen }) =>
    looksAtPopularity(document.layering) ? chosen?.location : undefined,
  );
  const words = [
    'strata',
    ...buildArguments({
      document,
      path: saved ? open.path : null,
      known: known?.entries.map(({ location }) => location) ?? [],
      popularity,
      output: path,
      format,
    }),
  ];
  const command = shellWords(words);
  return (
    <Card
      label="Command line"
      title={
        <>
          <Terminal size={15} aria-hidden /> The same from a terminal
        </>
      }
    >
      <div className={styles.command}>
        <code>{command}</code>
        <CopyButton text={command} />
      </div>
      {unsaid.length > 0 && (
        <p className={styles.note}>Save the document first: no option says {unsaid.join(', ')}.</p>
      )}
    </Card>
  );
}
