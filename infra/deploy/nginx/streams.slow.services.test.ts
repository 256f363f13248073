import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { connectStomp, status } from '@star-graph/api/testing/calls/stompClient';
import { runTask } from '@star-graph/api/testing/servers/workServer';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { testAuthority } from '@star-graph/core/testing/services/certificates';
import { createParser } from 'eventsource-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { call, formOf, openCall } from './calls.ts';
import { fleetFixture } from './fleet.ts';
import { hasNginx } from './nginx.ts';

const fileLimit = 200_000;
const mebibyte = 1024 * 1024;

describe.skipIf(!hasNginx)('through nginx', () => {
  const { platform, fleet } = fleetFixture({ UPLOAD_LIMIT_BYTES: String(fileLimit) });
  let png: Buffer;
  let token: string;
  beforeAll(async () => {
    png = await createTwoColours(64, 48).png().toBuffer();
    token = fleet.person.accessToken;
  });

  /** A picture stays one with bytes behind its end. */
  const pictureOf = (bytes: number) => Buffer.concat([png, Buffer.alloc(bytes - png.length)]);
  const upload = (bytes: Buffer) => call(`${fleet.url}/api/v1/assets`, { token, ...formOf(bytes) });
  const generate = () =>
    call(`${fleet.url}/api/v1/generate/text2img`, { token, body: { prompt: 'a lighthouse' } });

  test('a file of the largest size is taken, one byte more is refused', async () => {
    expect((await upload(pictureOf(fileLimit))).status).toBe(201);
    const refused = await upload(pictureOf(fileLimit + 1));
    expect([refused.status, refused.json().detail]).toEqual([413, expect.stringContaining('larger')]);
  });

  test('nginx refuses longer uploads and bodies before they are sent', async () => {
    const announce = (path: string, bytes: number) =>
      call(`${fleet.url}${path}`, {
        method: 'POST',
        token,
        headers: { 'content-type': 'application/json', 'content-length': String(bytes) },
      });
    for (const [path, limit] of [
      ['/api/v1/assets', 51 * mebibyte],
      ['/api/v1/generate/text2img', mebibyte],
    ] as const) {
      const refused = await announce(path, limit + 1);
      expect([refused.status, refused.json()]).toMatchObject([
        413,
        { detail: expect.stringMatching(/taken here/) },
      ]);
    }
  });

  test('a JSON body above the limit of the API gets the answer of the API', async () => {
    const body = Buffer.from(JSON.stringify({ prompt: 'a'.repeat(1_000_000) }));
    const headers = { 'content-type': 'application/json' };
    const refused = await call(`${fleet.url}/api/v1/generate/text2img`, { token, body, headers });
    expect([refused.status, refused.json().detail]).toEqual([413, expect.stringContaining('1000000 bytes')]);
  });

  test('an upload reaches the API while it is being sent', async () => {
    const { headers, body } = formOf(png);
    const sending = openCall(`${fleet.url}/api/v1/assets`, {
      method: 'POST',
      token,
      headers: { ...headers, 'content-length': String(body.length) },
    });
    const answered = once(sending, 'response');
    const firstBytes = body.length - png.length + 32;
    sending.write(body.subarray(0, firstBytes));
    const incoming = join(platform.env.DATA_DIR ?? '', 'tmp/api');
    await eventually(async () => expect(await readdir(incoming)).toHaveLength(1));
    sending.end(body.subarray(firstBytes));
    const [answer] = (await answered) as [IncomingMessage];
    expect(answer.resume().statusCode).toBe(201);
  });

  test('a signed link gives whole files, ranges, and nothing twice', async () => {
    const { url } = (await upload(png)).json();
    expect(url).toMatch(fleet.url);
    const whole = await call(url, { headers: { 'accept-encoding': 'gzip' } });
    expect([whole.status, whole.bytes.equals(png)]).toEqual([200, true]);
    expect(whole.headers['cache-control']).toContain('immutable');
    const part = await call(url, { headers: { range: 'bytes=8-15' } });
    expect([part.status, part.bytes.equals(png.subarray(8, 16))]).toEqual([206, true]);
    const known = await call(url, { headers: { 'if-none-match': whole.headers.etag ?? '' } });
    expect([known.status, known.bytes.length]).toEqual([304, 0]);
    const forged = await call(
      url.replace(/signature=./, (first: string) => (first.endsWith('A') ? 'signature=B' : 'signature=A')),
    );
    expect(forged.status).toBe(403);
  });

  test('STOMP tells events over a secure WebSocket', async () => {
    const socketUrl = `${fleet.url.replace('https', 'wss')}/ws`;
    const webSocketFactory = () => new WebSocket(socketUrl, 'v12.stomp', { ca: testAuthority, family: 4 });
    await using stomp = await connectStomp(socketUrl, token, { webSocketFactory });
    const events = await stomp.listen(status);
    const { id } = (await generate()).json();
    await eventually(() =>
      expect(events).toContainEqual(expect.objectContaining({ taskId: id, type: 'task_created' })),
    );
  });

  test('server-sent events arrive one by one', async () => {
    const { id } = (await generate()).json();
    const events: { event?: string | undefined }[] = [];
    const parser = createParser({ onEvent: (event) => events.push(event) });
    const following = openCall(`${fleet.url}/api/v1/tasks/${id}/events`, {
      token,
      headers: { 'accept-encoding': 'gzip' },
    });
    following.end();
    const [stream] = (await once(following, 'response')) as [IncomingMessage];
    stream.setEncoding('utf8').on('data', (text: string) => parser.feed(text));
    await eventually(() => expect(events.map(({ event }) => event)).toContain('state_snapshot'));
    expect(events.map(({ event }) => event)).not.toContain('task_started');
    await runTask(platform, id, 40);
    await eventually(() => expect(events.map(({ event }) => event)).toContain('task_started'));
    stream.destroy();
  });
});
