import { ENGINE_ROOTS } from '../worlds/roots.ts';
import { FILES, filePath, PUSHED, REFUSED } from './images.ts';

/** Whose daemons and tools a case needs: a root, and where docker keeps images there. */
export const SYSTEMS = {
  stable: { root: ENGINE_ROOTS.stable, store: 'overlay2' },
  newest: { root: ENGINE_ROOTS.newest, store: 'containerd' },
} as const;
export type System = keyof typeof SYSTEMS;

/** A cell of a table, or a line of its own: what an engine does with an image. */
export interface Case {
  readonly system: System;
  readonly engine: string;
  /** What it does, as a command in Markdown. */
  readonly doing: string;
  readonly table: 'file' | 'pushed' | 'refused' | 'more';
  /** The image's name, which is the column's. */
  readonly image: string;
  readonly user: 'root' | 'ada';
  /** Of bash, in the root; R is the registry, for refusals Strata's own. It passes where it ends with 0. */
  readonly script: string;
  /** What Strata does on this machine before, with the engines of the root: commands of it. */
  readonly before?: readonly (readonly string[])[] | undefined;
  /** Why it cannot pass, where that is not Strata's fault: it then says what matches. */
  readonly upstream?: Upstream | undefined;
}

interface Upstream {
  readonly says: RegExp;
  readonly why: string;
}

/** The name of a case, for `--only`. */
export function caseName({ system, engine, doing, image }: Case): string {
  return `${system}/${engine}/${doing.replaceAll('`', '')}/${image}`;
}

/** What runs in a container to see that the image is whole, and what it prints. */
function check(image: string): { readonly command: string; readonly prints: string } {
  if (image === 'index') return { command: 'greet', prints: 'x86_64-linux' };
  // As it reads its own status, it has the capability that the file gave it.
  if (image === 'capable') return { command: 'cat /proc/self/status', prints: 'CapEff:.0000000000000400' };
  return { command: 'jq -n 20+22', prints: '42' };
}

/** A way of an engine to run what was loaded: `IMAGE COMMAND` follow. */
function seen(run: string, name: string, image: string): string {
  const { command, prints } = check(image);
  return `said=$(${run} ${name} ${command})\necho "$said" | grep -x '${prints}'`;
}

const DOCKER_RUN = 'docker run --rm --network none --user 65532 --cap-add NET_BIND_SERVICE';
const PODMAN_RUN = 'podman run --rm --network none --user 65532 --cap-add NET_BIND_SERVICE --pull never';
const CTR_RUN = 'ctr run --rm --cap-add CAP_NET_BIND_SERVICE --user 65532:65532';

/** How an engine gets an image, and how it is seen to be whole. */
interface Way {
  readonly system: System;
  readonly engine: string;
  readonly doing: string;
  readonly user?: 'ada';
  /** Columns that it can have; all of the table where it does not say. */
  readonly images?: readonly string[];
  readonly script: (image: string, file: string) => string;
  readonly upstream?: Readonly<Record<string, Upstream>>;
}

const TARS = FILES.map(({ name }) => name).filter((name) => !name.startsWith('layout'));
const OCI_TARS = TARS.filter((name) => !name.startsWith('docker'));
const LAYOUTS = ['layout', 'layout-zstd'];
const DOCKERS = { stable: 'docker 26, overlay2', newest: 'docker 28, containerd store' } as const;
const both = <T>(make: (system: System) => T): T[] => [make('stable'), make('newest')];
const named = (names: Readonly<Record<System, string>>) => (system: System) => names[system];
const podman = named({ stable: 'podman 5.4', newest: 'podman 5.8' });
const skopeo = named({ stable: 'skopeo 1.18', newest: 'skopeo 1.22' });
const containerd = named({ stable: 'containerd 1.7', newest: 'containerd 2.1' });
const oras = named({ stable: 'oras 1.2', newest: 'oras 1.3' });
const umoci = named({ stable: 'umoci 0.4', newest: 'umoci 0.6' });

const CRANE_ZSTD: Upstream = {
  says: /gzip: invalid header/,
  why: '`crane validate` takes every layer for gzip; `crane push`, `pull` and `copy` move zstd as it is.',
};

const FROM_FILES: readonly Way[] = [
  ...both(
    (system): Way => ({
      system,
      engine: DOCKERS[system],
      doing: '`docker load`',
      images: TARS,
      script: (image, file) => `docker load -i ${file}\n${seen(DOCKER_RUN, `engines/${image}:v1`, image)}`,
    }),
  ),
  ...both((system) => system).flatMap((system): Way[] =>
    (['root', 'ada'] as const).flatMap((user): Way[] => {
      const common = {
        system,
        engine: user === 'ada' ? `${podman(system)}, rootless` : podman(system),
        ...(user === 'ada' ? { user } : {}),
      };
      return [
        {
          ...common,
          doing: '`podman load`',
          images: TARS,
          script: (image, file) =>
            `podman load -i ${file}\n${seen(PODMAN_RUN, `engines/${image}:v1`, image)}`,
        },
        {
          ...common,
          doing: '`podman pull oci:DIR`',
          images: LAYOUTS,
          script: (image, file) =>
            `id=$(podman pull -q oci:${file}:v1)\npodman images --noheading\n${seen(PODMAN_RUN, '$id', image)}`,
        },
      ];
    }),
  ),
  ...both(
    (system): Way => ({
      system,
      engine: containerd(system),
      doing: '`ctr images import`',
      images: TARS,
      script: (image, file) =>
        `ctr images import ${file}\n${seen(CTR_RUN, `docker.io/engines/${image}:v1 run-${image}`, image)}`,
    }),
  ),
  ...both((system) => system).flatMap((system): Way[] => [
    skopeoCopy(system, 'oci-archive', OCI_TARS),
    skopeoCopy(system, 'docker-archive', TARS),
    skopeoCopy(system, 'oci', LAYOUTS),
  ]),
  ...both((system) => system).flatMap((system): Way[] => [
    {
      system,
      engine: oras(system),
      doing: '`oras cp --from-oci-layout`',
      images: [...OCI_TARS, ...LAYOUTS],
      script: (image, file) => `oras cp --from-oci-layout ${file}:v1 --to-plain-http $R/oras/${image}:v1`,
    },
    {
      system,
      engine: umoci(system),
      doing: '`umoci unpack`',
      images: LAYOUTS,
      upstream: {
        'layout-zstd': {
          says: /blob is not correct mediatype/,
          why: 'umoci 0.4 knows no zstd, 0.6 does: build with `--compression gzip`, the default.',
        },
      },
      script: (image, file) =>
        `rm -rf /data/bundle && umoci unpack --image ${file}:v1 /data/bundle
said=$(chroot /data/bundle/rootfs ${check(image).command})
[ "$said" = ${check(image).prints} ]`,
    },
  ]),
  {
    system: 'newest',
    engine: 'crane 0.20',
    doing: '`crane push`, `crane validate`',
    script: (image, file) =>
      `crane push --insecure ${file} $R/crane/${image}:v1 && crane validate --insecure --remote $R/crane/${image}:v1`,
    upstream: { 'oci-zstd': CRANE_ZSTD, 'docker-zstd': CRANE_ZSTD, 'layout-zstd': CRANE_ZSTD },
  },
];

/** Into skopeo's own format, whose every digest it checks on the way. */
function skopeoCopy(system: System, transport: string, images: readonly string[]): Way {
  const name = transport === 'docker-archive' ? '' : ':v1';
  return {
    system,
    engine: skopeo(system),
    doing: `\`skopeo copy ${transport}: dir:\``,
    images,
    script: (image, file) =>
      `rm -rf /data/copy-${image} && skopeo copy ${transport}:${file}${name} dir:/data/copy-${image} && rm -r /data/copy-${image}`,
  };
}

const FROM_REGISTRY: readonly Way[] = [
  ...both(
    (system): Way => ({
      system,
      engine: DOCKERS[system],
      doing: '`docker pull`',
      script: (image) =>
        `docker pull $R/engines/${image}:v1\n${seen(DOCKER_RUN, `$R/engines/${image}:v1`, image)}`,
    }),
  ),
  ...both((system) => system).flatMap((system): Way[] =>
    (['root', 'ada'] as const).map(
      (user): Way => ({
        system,
        engine: user === 'ada' ? `${podman(system)}, rootless` : podman(system),
        ...(user === 'ada' ? { user } : {}),
        doing: '`podman pull`',
        script: (image) =>
          `podman pull $R/engines/${image}:v1\n${seen(PODMAN_RUN, `$R/engines/${image}:v1`, image)}`,
      }),
    ),
  ),
  ...both(
    (system): Way => ({
      system,
      engine: containerd(system),
      doing: '`ctr images pull`',
      script: (image) =>
        `ctr images pull --plain-http $R/engines/${image}:v1\n${seen(CTR_RUN, `$R/engines/${image}:v1 pulled-${image}`, image)}`,
    }),
  ),
  ...both((system) => system).flatMap((system): Way[] => [
    {
      system,
      engine: skopeo(system),
      doing: '`skopeo copy docker: dir:`',
      script: (image) =>
        `rm -rf /data/copy && skopeo copy --all docker://$R/engines/${image}:v1 dir:/data/copy && rm -r /data/copy`,
    },
    {
      system,
      engine: oras(system),
      doing: '`oras cp --to-oci-layout`',
      script: (image) =>
        `rm -rf /data/layout && oras cp -r --from-plain-http $R/engines/${image}:v1 --to-oci-layout /data/layout:v1`,
    },
  ]),
  {
    system: 'newest',
    engine: 'crane 0.20',
    doing: '`crane pull`, `crane push`',
    script: (image) =>
      `crane pull --insecure --format oci $R/engines/${image}:v1 /data/crane && crane push --insecure --index /data/crane $R/again/${image}:v1 && rm -r /data/crane`,
  },
  {
    system: 'newest',
    engine: 'crane 0.20',
    doing: '`crane validate`',
    script: (image) => `crane validate --insecure --remote $R/engines/${image}:v1`,
    upstream: { zstd: CRANE_ZSTD },
  },
];

/** What each client says of an image that cannot be had, the reason among it. */
const REFUSALS: readonly Case[] = both((system) => system).flatMap((system): Case[] => {
  const clients = [
    [DOCKERS[system], 'docker pull', ''],
    [podman(system), 'podman pull', ''],
    [containerd(system), 'ctr images pull', '--plain-http'],
    [skopeo(system), 'skopeo copy --retry-times 3', ''],
    [oras(system), 'oras pull', '--plain-http'],
    ...(system === 'newest' ? [['crane 0.20', 'crane pull', '--insecure'] as const] : []),
  ] as const;
  return clients.flatMap(([engine, command, options]) =>
    REFUSED.map(({ name, reason }): Case => {
      const where = command.startsWith('skopeo')
        ? `docker://$R/${name} dir:/tmp/refused`
        : `$R/${name}:latest`;
      const output = command.startsWith('crane') ? ' /tmp/refused.tar' : '';
      return {
        ...{ system, engine, doing: `\`${command}\``, table: 'refused', image: name, user: 'root' },
        script: `! ${command} ${options} ${where}${output} >/tmp/said 2>&1 || exit 1
cat /tmp/said && tail -n 1 /tmp/said | grep -F ${JSON.stringify(reason)}`,
      };
    }),
  );
});

/** What has no columns: a line each. */
const MORE: readonly Case[] = both((system) => system).flatMap((system): Case[] => {
  const common = { system, table: 'more', image: '-', user: 'root' } as const;
  return [
    {
      ...common,
      engine: DOCKERS[system],
      doing: '`docker build`, FROM an image of 124 layers and one COPY',
      script: `docker load -q -i /data/images/deep.tar
mkdir -p /tmp/context && cd /tmp/context && date >file
printf 'FROM engines/deep:v1\\nCOPY file /file\\n' >Dockerfile
DOCKER_BUILDKIT=0 docker build -t on-top . && docker run --rm --network none on-top cat /file`,
    },
    {
      ...common,
      engine: DOCKERS[system],
      doing: '`docker load`, then `docker push`',
      script: `docker load -q -i /data/images/oci.tar
docker tag engines/oci:v1 $R/loaded/oci:v1 && docker push $R/loaded/oci:v1
manifest() { curl -fsS -H 'accept: application/vnd.oci.image.manifest.v1+json' -H 'accept: application/vnd.docker.distribution.manifest.v2+json' http://$R/v2/$1/manifests/v1; }
diff <(manifest loaded/oci | jq -r '.layers[].digest') <(manifest engines/gzip | jq -r '.layers[].digest')`,
      upstream: {
        says: /^> sha256:/m,
        why: 'docker with overlay2 keeps layers unpacked and compresses them anew to push: push with `strata push`.',
      },
    },
    {
      ...common,
      engine: DOCKERS[system],
      doing: '`docker compose run`',
      script: `docker pull -q $R/engines/gzip:v1
mkdir -p /tmp/compose && cd /tmp/compose
printf 'services:\\n  sums:\\n    image: %s\\n    network_mode: none\\n    command: [jq, -n, 20+22]\\n' $R/engines/gzip:v1 >compose.yaml
docker compose run --rm sums | grep -x 42`,
    },
    {
      ...common,
      engine: `${podman(system)}, rootless`,
      user: 'ada',
      doing: '`podman run --uidmap`, `--userns keep-id`',
      script: `podman pull -q $R/engines/gzip:v1
for map in '--uidmap 0:1:70000' '--uidmap 0:0:1 --uidmap 1:1:65533' '--userns keep-id' '--userns nomap'; do
  echo "$map"
  podman run --rm --network none --pull never $map $R/engines/gzip:v1 jq -n 20+22 | grep -x 42 || [ "$map" = '--uidmap 0:1:70000' ]
done`,
    },
    {
      ...common,
      engine: `${podman(system)}, rootless`,
      user: 'ada',
      doing: '`podman pull --platform linux/arm64` of two platforms',
      script: `podman pull -q --platform linux/arm64 $R/engines/index:v1
podman image inspect --format '{{.Architecture}}' $R/engines/index:v1 | grep -x arm64
program=$(podman unshare sh -c 'd=$(podman image mount '$R'/engines/index:v1) && cat $(realpath $d/nix/store/*greet*/bin/greet) | base64 -w0')
echo "$program" | base64 -d >/tmp/greet-arm && chmod +x /tmp/greet-arm && qemu-aarch64-static /tmp/greet-arm | grep -x aarch64-linux`,
    },
    {
      ...common,
      engine: podman(system),
      doing: 'one name, whatever the format: `podman load`, `podman pull oci-archive:`, `docker-archive:`',
      script: `for file in oci oci-zstd docker; do podman rmi -af >/dev/null 2>&1
podman load -i /data/images/$file.tar; podman images --format '{{.Repository}}:{{.Tag}}' | grep -x docker.io/engines/$file:v1; done
podman rmi -af >/dev/null; podman pull -q oci-archive:/data/images/oci.tar; podman images --format '{{.Repository}}:{{.Tag}}' | grep -x docker.io/engines/oci:v1
podman rmi -af >/dev/null; podman pull -q docker-archive:/data/images/docker.tar; podman images --format '{{.Repository}}:{{.Tag}}' | grep -x docker.io/engines/docker:v1`,
    },
    {
      ...common,
      engine: podman(system),
      doing: 'the same of `podman pull oci:DIR:v1`',
      script: `podman pull -q oci:/data/images/layout:v1; podman images --format '{{.Repository}}:{{.Tag}}' && podman images --format '{{.Repository}}:{{.Tag}}' | grep -x docker.io/engines/layout:v1`,
      upstream: {
        says: /^docker\.io\/library\/v1:latest$/m,
        why: 'podman takes what stands behind the directory for the name, `docker.io/library/v1`: `podman tag` gives it its own, and archives keep it.',
      },
    },
    {
      ...common,
      engine: `buildah of ${podman(system)}`,
      doing: '`buildah from oci-archive:`, `buildah run`',
      script: `c=$(buildah from --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --pull-never oci-archive:/data/images/oci.tar:v1) && buildah run --isolation chroot $c jq -n 20+22 | grep -x 42`,
    },
    {
      ...common,
      engine: `cosign of ${skopeo(system)}`,
      doing: '`cosign sign`, `cosign verify` by a key',
      script: `cd /tmp && rm -f cosign.* && COSIGN_PASSWORD= cosign generate-key-pair
COSIGN_PASSWORD= cosign sign --yes --key cosign.key --tlog-upload=false --allow-http-registry $R/engines/gzip:v1
cosign verify --key cosign.pub --insecure-ignore-tlog --allow-http-registry $R/engines/gzip:v1`,
    },
    {
      ...common,
      engine: oras(system),
      doing: '`oras discover`, `oras pull` of the bill that `strata push --sbom` attached',
      script: `oras discover --plain-http $R/engines/gzip:v1
bill=$(oras discover --plain-http --format json $R/engines/gzip:v1 | jq -r '(.manifests // .referrers)[0].digest')
rm -rf /data/bill && mkdir /data/bill && oras pull --plain-http -o /data/bill $R/engines/gzip@$bill && jq -e .spdxVersion /data/bill/*`,
    },
  ];
});

/** Images that Strata puts into engines, the second time with another label: what has to be sent then is not much. */
const PUT: readonly Case[] = both((system) => system).flatMap((system): Case[] => {
  const name = 'docker.io/engines/put:v1';
  const targets = [
    [DOCKERS[system], 'docker://', `${DOCKER_RUN} ${name}`],
    [podman(system), 'podman://', `${PODMAN_RUN} ${name}`],
    [containerd(system), 'containerd://default', `${CTR_RUN} ${name} put`],
  ] as const;
  return targets.map(([engine, target, run]) => ({
    ...{ system, engine, doing: `\`strata build -o ${target}\``, table: 'more', image: '-', user: 'root' },
    before: ['first', 'second'].map((label) => [
      ...['build', 'tools.strata.json', '-o', target, '--name', 'engines/put:v1', '--label', `time=${label}`],
      '--json',
    ]),
    script: `said=$(${run} jq -n 20+22)\n[ "$said" = 42 ]${
      // With containerd's store, docker does not say what it has.
      system === 'newest' && target === 'docker://' ? '' : '\n[ "$SENT" -lt 100000 ]'
    }`,
  }));
});

const IMAGES = '/data/images';

function casesOf(table: 'file' | 'pushed', ways: readonly Way[], all: readonly string[]): Case[] {
  return ways.flatMap(({ system, engine, doing, user, images = all, script, upstream = {} }) =>
    images.map(
      (image): Case => ({
        ...{ system, engine, doing, table, image },
        user: user ?? 'root',
        script: script(image, filePath(IMAGES, image)),
        upstream: upstream[image],
      }),
    ),
  );
}

export const CASES: readonly Case[] = [
  ...casesOf(
    'file',
    FROM_FILES,
    FILES.map(({ name }) => name),
  ),
  ...casesOf(
    'pushed',
    FROM_REGISTRY,
    PUSHED.map(({ name }) => name),
  ),
  ...REFUSALS,
  ...PUT,
  ...MORE,
];
