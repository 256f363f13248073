import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

export interface S3Service {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  stop(): Promise<void>;
}

interface S3rverOptions {
  anonymous: 'allowed' | 'denied';
  /** Where objects stay; without it they go with the service. */
  directory?: string;
  listen?: { host: string; port: number };
}

/**
 * An S3 service that checks signatures and honours ranges. It answers unsigned requests from any bucket, as if all
 * were public; with `anonymous: 'denied'` a gate in front makes it private, as a service must be.
 */
export async function startS3rver(options: S3rverOptions): Promise<S3Service> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'star-graph-s3rver-')));
  const answer = new S3rver({ directory, silent: true, vhostBuckets: false }).callback();
  const server = createServer((request, response) => {
    if (options.anonymous === 'allowed' || isSigned(request)) answer(request, response);
    else response.writeHead(request.url === '/health' ? 200 : 403).end();
  });
  server.listen(options.listen?.port ?? 0, options.listen?.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    accessKey: 'S3RVER',
    secretKey: 'S3RVER',
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

function isSigned(request: IncomingMessage): boolean {
  return request.headers.authorization !== undefined || /[?&]X-Amz-Signature=/.test(request.url ?? '');
}
