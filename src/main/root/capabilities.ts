import { StrataError } from '../../shared/errors.ts';

/** By their numbers (linux/capability.h). */
const NAMES: readonly string[] = [
  'chown',
  'dac_override',
  'dac_read_search',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'linux_immutable',
  'net_bind_service',
  'net_broadcast',
  'net_admin',
  'net_raw',
  'ipc_lock',
  'ipc_owner',
  'sys_module',
  'sys_rawio',
  'sys_chroot',
  'sys_ptrace',
  'sys_pacct',
  'sys_admin',
  'sys_boot',
  'sys_nice',
  'sys_resource',
  'sys_time',
  'sys_tty_config',
  'mknod',
  'lease',
  'audit_write',
  'audit_control',
  'setfcap',
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'block_suspend',
  'audit_read',
  'perfmon',
  'bpf',
  'checkpoint_restore',
];

/** The extended attribute that holds a file's capabilities. */
export const CAPABILITY_XATTR = 'security.capability';

const REVISION_2 = 0x02_00_00_00;
const EFFECTIVE = 1;

/**
 * Capabilities of a file as the kernel keeps them (capabilities(7), `VFS_CAP_REVISION_2`), one UTF-16 code unit a byte.
 *
 * @param text clauses as setcap(8) takes them, such as `cap_net_bind_service,cap_net_raw=+ep`.
 * @param place of the text in the document. @throws StrataError `invalid-document`.
 */
export function fileCapabilities(text: string, place: string): string {
  const clauses = text
    .trim()
    .split(/\s+/)
    .map((clause) => readClause(clause, place));
  const effective = clauses.map(({ flags }) => flags.includes('e'));
  if (new Set(effective).size > 1) {
    throw invalid(place, 'some are effective (e) and others not, which no file can have');
  }
  const bits = (flag: 'p' | 'i') =>
    clauses
      .filter(({ flags }) => flags.includes(flag))
      .flatMap(({ capabilities }) => capabilities)
      .reduce((sum, capability) => sum | (1n << BigInt(capability)), 0n);
  const attribute = Buffer.alloc(20);
  attribute.writeUInt32LE(REVISION_2 | (effective.includes(true) ? EFFECTIVE : 0), 0);
  for (const [index, half] of [0n, 32n].entries()) {
    attribute.writeUInt32LE(Number((bits('p') >> half) & 0xffffffffn), 4 + index * 8);
    attribute.writeUInt32LE(Number((bits('i') >> half) & 0xffffffffn), 8 + index * 8);
  }
  return attribute.toString('latin1');
}

function readClause(clause: string, place: string) {
  const [, names, flags = ''] = /^([a-z_,]+)(?:=\+?|\+)([eip]+)$/.exec(clause.toLowerCase()) ?? [];
  if (names === undefined) throw invalid(place, `"${clause}" is not of the form cap_net_bind_service=+ep`);
  const capabilities = names.split(',').map((name) => {
    const capability = NAMES.indexOf(name.replace(/^cap_/, ''));
    if (capability === -1) throw invalid(place, `there is no capability "${name}"`);
    return capability;
  });
  if (flags === 'e')
    throw invalid(place, `"${clause}": what is effective (e) has to be permitted (p) or inheritable (i)`);
  return { capabilities, flags };
}

function invalid(place: string, problem: string): StrataError {
  return new StrataError('invalid-document', `${place}: ${problem}.`, {
    hint: 'Write names and flags as setcap takes them, such as cap_net_bind_service=+ep; capabilities(7) has the names.',
  });
}
