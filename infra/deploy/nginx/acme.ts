import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { promisify } from 'node:util';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { eventually } from '@star-graph/core/testing/eventually';
import { testAuthority, testCertificates, testKey } from '@star-graph/core/testing/services/certificates';

const run = promisify(execFile);

interface Authority extends AsyncDisposable {
  folder: string;
  /** Where clients of ACME begin. */
  directoryUrl: string;
  /** The file of the authority that certifies the server of ACME itself. */
  authorityFile: string;
  /** Where it looks for answers to its challenges. */
  plainPort: number;
  port: number;
  /** The certificate that people get under a name, which has to be of this authority. */
  see(name: string): Promise<DetailedPeerCertificate>;
  /** Has the shell find a program under its name with further arguments: what is elsewhere on the machine of a test. */
  wrap(program: string, args: readonly string[]): Promise<void>;
  /** Runs a command of a page, whose certbot knows this authority. */
  shell(command: string): Promise<void>;
}

interface AuthoritySetup {
  lifetimeSeconds: number;
  /** Of those who want certificates; drawn if left out. Every name leads to this machine. */
  ports?: { plain: number; tls: number };
}

/** Let's Encrypt's own test server, with a name server beside it. */
export async function startAuthority({ lifetimeSeconds, ports }: AuthoritySetup): Promise<Authority> {
  const parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'star-graph-acme-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  // nginx reads the answers to challenges as a user without rights.
  chmodSync(folder, 0o755);
  const reserved: number[] = [];
  for (let count = 0; count < 6; count++) reserved.push(await findFreePort({ reserved }));
  const [api = 0, management = 0, names = 0, namesManagement = 0, plain = 0, tls = 0] = reserved;
  const { plain: plainPort, tls: port } = ports ?? { plain, tls };
  const write = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const config = {
    listenAddress: `127.0.0.1:${api}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: write('acme.pem', testCertificates.good),
    privateKey: write('acme.key', testKey),
    httpPort: plainPort,
    tlsPort: port,
    // Otherwise it says by chance a number or a date, of which Debian's Caddy understands the number alone.
    retryAfter: { authz: 0, order: 0 },
    certificateValidityPeriod: lifetimeSeconds,
  };
  const configFile = write('pebble.json', JSON.stringify({ pebble: config }));
  const start = (program: string, args: readonly string[]) => {
    // Without what it does by chance so that clients learn to bear it: pauses, refusals, challenges that are left out.
    const chances = { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0' };
    const env = { ...process.env, ...chances };
    const child = spawn(program, args, { stdio: 'ignore', env });
    const ended = once(child, 'exit');
    parts.defer(async () => {
      child.kill('SIGTERM');
      await ended;
    });
  };
  start('pebble-challtestsrv', [
    ...['-dns01', `127.0.0.1:${names}`, '-management', `127.0.0.1:${namesManagement}`],
    ...['-defaultIPv6', '', '-http01', '', '-https01', '', '-tlsalpn01', '', '-doh', ''],
  ]);
  start('pebble', ['-config', configFile, '-dnsserver', `127.0.0.1:${names}`]);
  const root = await eventually(() => get(`https://127.0.0.1:${management}/roots/0`));
  const [directoryUrl, authorityFile] = [
    `https://127.0.0.1:${api}/dir`,
    write('authority.pem', testAuthority),
  ];
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  const wrap = async (program: string, args: readonly string[]) => {
    const { stdout } = await run('sh', ['-c', `command -v ${program}`]);
    const script = `#!/bin/sh\nexec ${stdout.trim()} "$@" ${args.join(' ')}\n`;
    writeFileSync(join(programs, program), script, { mode: 0o755 });
  };
  const folders = ['config', 'work', 'logs'].map((name) => `--${name}-dir ${join(folder, 'certbot', name)}`);
  await wrap('certbot', [
    ...['-n', '--agree-tos', '--register-unsafely-without-email', ...folders],
    ...['--server', directoryUrl, '--http-01-port', String(plainPort)],
  ]);
  const env = {
    ...process.env,
    PATH: `${programs}:${process.env.PATH}`,
    REQUESTS_CA_BUNDLE: authorityFile,
  };
  return {
    folder,
    directoryUrl,
    authorityFile,
    plainPort,
    port,
    see: (name) => seeCertificate(name, port, root),
    wrap,
    shell: async (command) => void (await run('sh', ['-c', command], { env, timeout: 120_000 })),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function get(url: string): Promise<string> {
  const asking = request(url, { ca: testAuthority, agent: false });
  const [answer] = await once(asking.end(), 'response');
  return text(answer);
}

/** @throws when the handshake fails: another name, another authority, or out of date. */
async function seeCertificate(
  servername: string,
  port: number,
  authority: string,
): Promise<DetailedPeerCertificate> {
  const socket = connect({ port, host: '127.0.0.1', servername, ca: authority });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate(true);
  } finally {
    socket.destroy();
  }
}
