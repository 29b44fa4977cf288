import { count, formatBytes } from '../../../shared/format.ts';
import type { VerificationReport, VerifiedImage } from '../../verify/report.ts';
import { verifyImage } from '../../verify/verify.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { shown } from '../show-work.ts';
import { formatTable } from '../table.ts';

export const addInspectCommand: AddCommand = (program, run) => {
  program
    .command('inspect')
    .description(
      'Check an image on disk: recompute every digest and size. Exit code 1 where one does not hold.',
    )
    .argument('<file>', 'an OCI tar, OCI directory or docker-archive')
    .option('--json', 'print the report as JSON')
    .action(run(inspect));
};

async function inspect(
  context: CommandContext,
  file: string,
  { json }: { readonly json?: true },
): Promise<number> {
  const { terminal } = context;
  const report = await shown(context, ({ signal, onEvent }) =>
    verifyImage(file, {
      signal,
      onProgress: (progress) => onEvent?.({ type: 'bytes', doing: 'checking', ...progress }),
    }),
  );
  if (json) {
    terminal.print(JSON.stringify(report, null, 2));
  } else {
    for (const line of reportLines(file, report, terminal.columns)) terminal.print(printable(line));
  }
  return report.problems.length === 0 ? EXIT.ok : EXIT.checkFailed;
}

function reportLines(file: string, report: VerificationReport, width: number): string[] {
  const format = {
    oci: report.isDockerArchive ? 'OCI layout and docker-archive' : 'OCI layout',
    'docker-archive': 'docker-archive',
    'oci-dir': 'OCI layout directory',
    dir: "directory of skopeo's (dir:)",
  }[report.format];
  return [
    `${file}: ${format}`,
    ...report.images.flatMap((image) => ['', ...imageLines(image, width)]),
    '',
    ...(report.problems.length === 0
      ? ['Every digest and size holds.']
      : [
          `${count(report.problems.length, 'problem')}:`,
          ...report.problems.map(({ code, message }) => `  ${code}: ${message}`),
        ]),
  ];
}

function imageLines({ references, manifest, config, layers }: VerifiedImage, width: number): string[] {
  const runtime = config?.value.config;
  const facts: [string, string | undefined][] = [
    ['name', references.join(', ')],
    ['manifest', manifest?.descriptor.digest],
    ['config', config?.digest],
    ['platform', config && `${config.value.os}/${config.value.architecture}`],
    ['created', config?.value.created],
    ['entrypoint', runtime?.Entrypoint?.join(' ')],
    ['cmd', runtime?.Cmd?.join(' ')],
    ['env', runtime?.Env?.join(' ')],
    ['user', runtime?.User],
    ['workdir', runtime?.WorkingDir],
  ];
  const rows = layers.map((layer, index) => [
    String(index + 1),
    layer.sizeBytes === undefined ? '?' : formatBytes(layer.sizeBytes),
    layer.compressedBytes === undefined ? '?' : formatBytes(layer.compressedBytes),
    layer.compression ?? '?',
    (layer.digest ?? (layer.heldElsewhere ? '(held elsewhere)' : '(missing)')).slice(0, 19),
    layer.history ?? '',
  ]);
  return [
    ...facts.flatMap(([name, value]) => (value ? [`${name.padEnd(11)} ${value}`] : [])),
    ...formatTable(
      [
        { title: '#', align: 'right' },
        { title: 'size', align: 'right' },
        { title: 'compressed', align: 'right' },
        { title: 'codec' },
        { title: 'digest' },
        { title: 'made of' },
      ],
      rows,
      width,
    ),
    ...layers.flatMap(({ heldElsewhere }, index) =>
      heldElsewhere === undefined
        ? []
        : [
            `note: layer ${index + 1} is a foreign layer, which only its maker gives out: it is held elsewhere` +
              `${heldElsewhere.length === 0 ? '' : ` (${heldElsewhere.join(', ')})`} and was not checked.`,
          ],
    ),
  ];
}
