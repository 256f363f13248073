import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestPlatform, startTestApi, type TestApi, type TestPlatform } from './testing/apiServer.ts';
import { sendRaw } from './testing/rawSocket.ts';

let platform: TestPlatform;
let api: TestApi;
beforeAll(async () => {
  platform = await createTestPlatform();
  api = await startTestApi(platform);
});
afterAll(async () => {
  await api?.stop();
  await platform?.[Symbol.asyncDispose]();
});

const lines = (...of: string[]) => `${of.join('\r\n')}\r\n\r\n`;

describe('a handshake', () => {
  const handshake = (target: string) =>
    lines(
      `GET ${target} HTTP/1.1`,
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      'Sec-WebSocket-Protocol: v12.stomp',
    );

  test.each(['//', 'http://[', 'http://', '//:0/ws'])(
    'with the malformed address %s is refused, and the server still answers',
    async (target) => {
      expect(await sendRaw(api.url, handshake(target))).toMatch(/^HTTP\/1\.1 400 /);
      expect((await api.call('/healthz')).status).toBe(200);
    },
  );
});
