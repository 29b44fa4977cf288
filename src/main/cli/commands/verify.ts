import { formatPlatform } from '../../../engine/oci/platform.ts';
import { count, formatBytes } from '../../../shared/format.ts';
import { parseLocation } from '../../images/location.ts';
import { readableLocation } from '../../verbs/open.ts';
import { verifyAt } from '../../verbs/verify.ts';
import type { VerificationReport, VerifiedImage } from '../../verify/report.ts';
import type { AddCommand, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { accessFromOptions, addRegistryOptions, type RegistryOptions } from '../registry-options.ts';
import { shown } from '../show-work.ts';
import { formatTable } from '../table.ts';

interface VerifyCommandOptions extends RegistryOptions {
  readonly json?: true;
}

export const addVerifyCommand: AddCommand = (program, run) => {
  const command = program
    .command('verify')
    .alias('inspect')
    .description(
      'Check an image of any builder: compute every digest and size again. Exit code 1 where one does not hold.',
    )
    .argument('<image>', 'an OCI tar or directory, a docker-archive, or a registry reference');
  addRegistryOptions(command).option('--json', 'print the report as JSON').action(run(verify));
};

async function verify(
  context: CommandContext,
  image: string,
  options: VerifyCommandOptions,
): Promise<number> {
  const { terminal } = context;
  const location = readableLocation(parseLocation(image), image);
  const report = await shown(context, (work) =>
    verifyAt(location, { ...work, access: accessFromOptions(options) }),
  );
  if (options.json) {
    terminal.print(JSON.stringify(report, null, 2));
  } else {
    for (const line of reportLines(image, report, terminal.columns)) terminal.print(printable(line));
  }
  return report.problems.length === 0 ? EXIT.ok : EXIT.checkFailed;
}

function reportLines(image: string, report: VerificationReport, width: number): string[] {
  const format = {
    oci: report.isDockerArchive ? 'OCI layout and docker-archive' : 'OCI layout',
    'docker-archive': 'docker-archive',
    'oci-dir': 'OCI layout directory',
    dir: "directory of skopeo's (dir:)",
    registry: 'in a registry',
  }[report.format];
  return [
    `${image}: ${format}`,
    ...report.images.flatMap((each) => ['', ...imageLines(each, width)]),
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
    ['platform', config && formatPlatform(config.value)],
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
