import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { eventually } from '@star-graph/core/testing/eventually';
import { testAuthority, testCertificates, testKey } from '@star-graph/core/testing/services/certificates';

/** The name that the authority certifies; every name leads to this machine. */
export const certifiedName = 'pictures.example';

interface Authority extends AsyncDisposable {
  folder: string;
  /** Where clients of ACME begin. */
  directoryUrl: string;
  /** The file of the authority that certifies the server of ACME itself. */
  authorityFile: string;
  /** Where it looks for answers to its challenges. */
  plainPort: number;
  port: number;
  /** The certificate that people get under the name, which has to be of this authority. */
  see(): Promise<DetailedPeerCertificate>;
}

/** Let's Encrypt's own test server, with the names of a name server beside it. */
export async function startAuthority(lifetimeSeconds: number): Promise<Authority> {
  const parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'star-graph-acme-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  // nginx reads the answers to challenges as a user without rights.
  chmodSync(folder, 0o755);
  const reserved: number[] = [];
  for (let count = 0; count < 6; count++) reserved.push(await findFreePort({ reserved }));
  const [api = 0, management = 0, plainPort = 0, port = 0, names = 0, namesManagement = 0] = reserved;
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
  return {
    folder,
    directoryUrl: `https://127.0.0.1:${api}/dir`,
    authorityFile: write('authority.pem', testAuthority),
    plainPort,
    port,
    see: () => seeCertificate(port, root),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function get(url: string): Promise<string> {
  const asking = request(url, { ca: testAuthority, agent: false });
  const [answer] = await once(asking.end(), 'response');
  return text(answer);
}

/** @throws when the handshake fails: another name, another authority, or out of date. */
async function seeCertificate(port: number, authority: string): Promise<DetailedPeerCertificate> {
  const socket = connect({ port, host: '127.0.0.1', servername: certifiedName, ca: authority });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate(true);
  } finally {
    socket.destroy();
  }
}
