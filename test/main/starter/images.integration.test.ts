import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PreparedStarter } from '../../../src/main/starter/prepare.ts';
import { freePort } from '../../support/free-port.ts';
import { type ImageRoot, makeImageRoot, whyNoImageRoots } from './image-root.ts';
import { build, importStarter, prepared, whyNoStarter } from './nix.ts';

/** Programs at work, in roots that are made of nothing but the closures of the packages that are named. */
const reason = await whyNoImageRoots();
if (reason) console.warn(`Skipped: ${reason}`);

const SHELL = ['bash', 'coreutils', 'cacert', 'iana-etc'];
const PACKAGES = [
  'curl',
  'git',
  'nginx',
  'nodejs',
  'openssl',
  'python3',
  'python3Packages.requests',
  'redis',
];
let starter: PreparedStarter;
let root: ImageRoot | undefined;

beforeAll(async () => {
  starter = await prepared([...SHELL, ...PACKAGES]);
});

afterEach(async () => {
  await root?.remove();
  root = undefined;
});

/** Runs a script in a root with these packages and a shell; its output, and what it wrote to standard error. */
async function runScript(
  packages: readonly string[],
  script: string,
  files: Record<string, string> = {},
): Promise<string> {
  const names = [...packages, ...SHELL];
  root = await makeImageRoot(await build(`with ${importStarter(starter)}; [ ${names.join(' ')} ]`));
  for (const [name, text] of Object.entries(files)) await writeFile(join(root.directory, 'tmp', name), text);
  const preamble =
    'set -euo pipefail; cd /tmp; waitFor() { for _ in {1..600}; do "$@" > /dev/null 2>&1 && return; sleep 0.1; done; }';
  const { output } = await root.run(['bash', '-c', `${preamble}\n${script}`], {
    SSL_CERT_FILE: '/etc/ssl/certs/ca-bundle.crt',
    LANG: 'C.UTF-8',
  });
  return output;
}

describe.skipIf(reason !== undefined || whyNoStarter !== undefined)('in the root of an image', () => {
  it('curl trusts the certificates that it is told to, and no others', async () => {
    const port = await freePort();
    const output = await runScript(
      ['curl', 'openssl'],
      `
      openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=localhost -addext subjectAltName=DNS:localhost 2> /dev/null
      openssl s_server -quiet -www -accept 127.0.0.1:${port} -key key -cert cert > /dev/null 2>&1 &
      waitFor curl -k https://localhost:${port}
      curl -sS https://localhost:${port} || echo "refused: $?"
      SSL_CERT_FILE=cert curl -sS -o /dev/null -w '%{http_code}' https://localhost:${port}
      kill %1
      `,
    );
    expect(output).toMatch(/refused: 60/);
    expect(output).toMatch(/200$/);
  });

  it('git commits, clones and shows', async () => {
    const output = await runScript(
      ['git'],
      `
      git init --quiet one && cd one
      git config user.name Me && git config user.email me@example.org
      echo hello > file && git add file && git commit --quiet --message first
      git clone --quiet file:///tmp/one /tmp/two && cd /tmp/two
      test -e .git/info/exclude
      git log --format='%s by %an' && cat file
      git submodule status && git request-pull HEAD /tmp/one 2>&1 | head -1 || true
      `,
    );
    expect(output).toMatch(/first by Me\nhello/);
    expect(output).not.toMatch(/not a git command|cannot exec|No such file/);
  });

  it('python3 finds a module that was asked for beside it, and what that needs', async () => {
    const port = await freePort();
    const output = await runScript(
      ['python3', 'python3Packages.requests'],
      `
      python3 -m http.server ${port} --bind 127.0.0.1 > /dev/null 2>&1 &
      python3 - <<'PYTHON'
import requests, time
session = requests.Session()
session.mount("http://", requests.adapters.HTTPAdapter(max_retries=requests.urllib3.Retry(connect=20, backoff_factor=0.1)))
print(session.get("http://127.0.0.1:${port}/").status_code, requests.__file__)
PYTHON
      kill %1
      `,
    );
    expect(output).toMatch(/^200 \/lib\/python3\/dist-packages\/requests/m);
  });

  it('nodejs serves, fetches, and imports both kinds of modules', async () => {
    const output = await runScript(['nodejs'], 'node main.mjs', {
      'named.cjs': 'exports.answer = 42;\n',
      'main.mjs': `
        import { createServer } from 'node:http';
        import { answer } from './named.cjs';
        const server = createServer((_, response) => response.end(String(answer))).listen(0, '127.0.0.1', async () => {
          const response = await fetch('http://127.0.0.1:' + server.address().port);
          console.log(response.status, await response.text(), new Intl.NumberFormat('de').format(1234.5));
          server.close();
          process.exit(0);
        });`,
    });
    expect(output).toMatch(/^200 42 1\.234,5$/m);
  });

  it('nginx checks its configuration and serves a file', async () => {
    const port = await freePort();
    const output = await runScript(
      ['nginx', 'curl'],
      `
      echo served > index.html
      nginx -t -e stderr -p /tmp -c nginx.conf
      nginx -e stderr -p /tmp -c nginx.conf &
      waitFor curl http://127.0.0.1:${port}/
      curl -sS http://127.0.0.1:${port}/
      curl -sS -o /dev/null -w '%{content_type}' http://127.0.0.1:${port}/index.html
      kill %1
      `,
      {
        'nginx.conf': `
          user root root;
          daemon off;
          pid nginx.pid;
          events {}
          http { access_log off; include /etc/nginx/mime.types; server { listen 127.0.0.1:${port}; root /tmp; } }`,
      },
    );
    expect(output).toMatch(/test is successful/);
    expect(output).toMatch(/^served\ntext\/html$/m);
  });

  it('redis keeps a value over a restart', async () => {
    const output = await runScript(
      ['redis'],
      `
      start() { redis-server --port 0 --unixsocket /tmp/redis.sock --dir /tmp > /dev/null & waitFor redis-cli -s /tmp/redis.sock ping; }
      start
      redis-cli -s /tmp/redis.sock set key value
      redis-cli -s /tmp/redis.sock shutdown save; wait
      start
      redis-cli -s /tmp/redis.sock get key
      redis-cli -s /tmp/redis.sock shutdown nosave; wait
      `,
    );
    expect(output).toMatch(/OK[\s\S]*value/);
  });
});
