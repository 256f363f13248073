import { once } from 'node:events';
import { connect } from 'node:net';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '@star-graph/core/testing/comfy/startPreviewBackend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let backend: PreviewBackendProcess;
beforeAll(async () => {
  backend = await startPreviewBackend();
});
afterAll(() => backend.stop());

/** The status line of the answer to a request that no HTTP client would send. */
async function ask(target: string, headers: readonly string[]): Promise<string> {
  const { port } = new URL(backend.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.end([`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, '', ''].join('\r\n'));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString().split('\r\n')[0] ?? '';
}

const upgrade = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];

describe('a request line that is no usual one', () => {
  const targets: [target: string, status: string][] = [
    ['//', '404 Not Found'],
    ['//ws', '404 Not Found'],
    ['//host/ws', '404 Not Found'],
    ['//host/queue', '404 Not Found'],
    ['http://[/queue', '400 Bad Request'],
  ];
  test.for(targets)('is answered, and the server goes on: %s', async ([target, status]) => {
    for (const headers of [['Connection: close'], upgrade]) {
      expect(await ask(target, headers)).toBe(`HTTP/1.1 ${status}`);
    }
    expect(await ask('/queue', ['Connection: close'])).toBe('HTTP/1.1 200 OK');
  });

  test('may hold a whole URL', async () => {
    expect(await ask(`${backend.url}/queue`, ['Connection: close'])).toBe('HTTP/1.1 200 OK');
  });
});
