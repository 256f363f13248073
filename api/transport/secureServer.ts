import { X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureServer, type Http2SecureServer, type Http2ServerRequest } from 'node:http2';
import { createSecureContext } from 'node:tls';
import { ConfigurationFault } from '@star-graph/core/ground/runtime/configuration';
import type { Logger } from 'pino';

interface CertificateFiles {
  certFile: string;
  keyFile: string;
  /** How often the files are looked at, in milliseconds. */
  watchMs: number;
}

interface SecureServer {
  /** Not listening yet. HTTP/2, and HTTP/1.1 for WebSockets and older clients. */
  server: Http2SecureServer;
  /** Watches the files no longer. */
  close(): void;
}

interface ServerLimits {
  requestTimeout: number;
  headersTimeout: number;
  keepAliveTimeout: number;
}

const handshakeLimitMs = 15_000;
/** As much as Node's HTTP/1.1 takes. */
const mostHeaderBytes = 16_384;
const mostStreams = 100;
const dayMs = 86_400_000;
/** Long enough to see why a renewal failed. */
const warnBeforeDays = 14;

/**
 * TLS 1.3 alone. A renewed certificate is in force for new connections as soon as its files are there; files that do
 * not fit together change nothing, and the log says so.
 * @throws ConfigurationFault naming the file that cannot be used.
 */
export async function createTlsServer(
  deps: { log: Logger },
  files: CertificateFiles,
  limits: ServerLimits,
): Promise<SecureServer> {
  const server = createSecureServer({
    ...(await readCertificate(deps, files)),
    allowHTTP1: true,
    minVersion: 'TLSv1.3',
    handshakeTimeout: handshakeLimitMs,
    settings: { maxConcurrentStreams: mostStreams, maxHeaderListSize: mostHeaderBytes },
  });
  // Of its HTTP/1.1 side, which has them since Node 20 though the types do not say it.
  Object.assign(server, limits);
  server.on('session', (session) => {
    session.setTimeout(limits.keepAliveTimeout, () => session.close());
  });
  server.on('request', (request: Http2ServerRequest) => nameBody(request));
  for (const name of ['tlsClientError', 'sessionError'] as const)
    server.on(name, (error: Error) => deps.log.debug({ err: error }, 'a connection over TLS failed'));

  const renew = (): void => {
    readCertificate(deps, files).then(
      (certificate) => {
        server.setSecureContext({ ...certificate, minVersion: 'TLSv1.3' });
        deps.log.info('a new certificate is in force');
      },
      (error: unknown) => deps.log.error({ err: error }, 'the certificate stays: the new files do not work'),
    );
  };
  const watched = [files.certFile, files.keyFile];
  for (const file of watched) watchFile(file, { interval: files.watchMs, persistent: false }, renew);
  return {
    server,
    close() {
      for (const file of watched) unwatchFile(file, renew);
    },
  };
}

async function readCertificate(
  { log }: { log: Logger },
  { certFile, keyFile }: CertificateFiles,
): Promise<{ cert: Buffer; key: Buffer }> {
  const [cert, key] = await Promise.all([
    readSet('TLS_CERT_FILE', certFile),
    readSet('TLS_KEY_FILE', keyFile),
  ]);
  try {
    createSecureContext({ cert, key });
    const { validToDate } = new X509Certificate(cert);
    if (validToDate.getTime() < Date.now() + warnBeforeDays * dayMs)
      log.warn({ validTo: validToDate }, 'the certificate ends soon, or has ended');
  } catch (cause) {
    throw new ConfigurationFault(
      `TLS_CERT_FILE and TLS_KEY_FILE are no certificate and its key: ${certFile}, ${keyFile}.`,
      {
        cause,
      },
    );
  }
  return { cert, key };
}

const readSet = (name: string, path: string): Promise<Buffer> =>
  readFile(path).catch((cause: unknown) => {
    throw new ConfigurationFault(
      `${name}: the file ${path} cannot be read. Correct its path or its rights.`,
      { cause },
    );
  });

/** HTTP/2 may send a body without its length. Everything behind this tells a body from none as HTTP/1.1 does. */
function nameBody({ headers, httpVersionMajor, stream }: Http2ServerRequest): void {
  if (httpVersionMajor < 2 || headers['content-length'] !== undefined || stream.endAfterHeaders) return;
  headers['transfer-encoding'] = 'chunked';
}
