import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { bufferSink } from '../../../src/main/archive/byte-sink.ts';
import { raw } from '../../../src/main/archive/raw-path.ts';
import { writeTree } from '../../../src/main/archive/tar-tree.ts';
import { CAPABILITY_XATTR, fileCapabilities } from '../../../src/main/root/capabilities.ts';

const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
const hasTools =
  (await execa('setcap', ['-v', '', '/dev/null'], { env, reject: false })).exitCode !== undefined;
const reason =
  process.getuid?.() !== 0 ? 'only root may give capabilities' : hasTools ? '' : 'setcap is missing';
if (reason !== '') console.warn(`Not run: the kernel's own view of capabilities. ${reason}.`);

it
  .skipIf(reason !== '')
  .each(['cap_net_bind_service=+ep', 'cap_net_raw,cap_net_admin=+eip', 'cap_checkpoint_restore,cap_chown=p'])(
  'setcap would give %s the same attribute that a layer has',
  async (text) => {
    const directory = mkdtempSync(join(tmpdir(), 'strata-capabilities-'));
    try {
      writeFileSync(join(directory, 'setcap'), '');
      await execa('setcap', [text, 'setcap'], { cwd: directory, env });
      const pieces: Buffer[] = [];
      const sink = bufferSink(Buffer.alloc(4096), (full) => {
        pieces.push(Buffer.from(full));
        return full;
      });
      const xattrs = { [CAPABILITY_XATTR]: fileCapabilities(text, '') };
      writeTree([{ type: 'file', path: raw`layer`, mode: 0o755, text: '', xattrs }], sink);
      writeFileSync(join(directory, 'layer.tar'), Buffer.concat([...pieces, sink.rest()]));
      await execa('tar', ['--xattrs', '--xattrs-include=*', '-xf', 'layer.tar'], { cwd: directory });
      const capabilitiesOf = async (file: string) =>
        (await execa('getcap', [file], { cwd: directory, env })).stdout.slice(file.length);
      const given = await capabilitiesOf('layer');
      expect(given).not.toBe('');
      expect(given).toBe(await capabilitiesOf('setcap'));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
);
