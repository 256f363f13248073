import '../../testing/browsers/base64.ts';
import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createIncomingResult, percentOf, takePart } from '../page/incomingResult.ts';
import type { ResultFile } from './advance/liveRuns.ts';
import { partBytes, readPart } from './resultParts.ts';

const servers = new AsyncDisposableStack();
const bytes = randomBytes(2 * partBytes + 17);
let ranges: (string | undefined)[] = [];
beforeEach(() => {
  ranges = [];
});
afterAll(() => servers.disposeAsync());

/** A file on a real server, which answers range requests unless told otherwise. */
async function serve(content: Buffer, answer?: RequestListener): Promise<ResultFile> {
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    if (answer) return answer(request, response);
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (start === undefined) return response.end(content);
    response.writeHead(206).end(content.subarray(Number(start), Number(end) + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, bytes: content.length, mime: 'image/png', width: 7, height: 5 };
}

test('transfers a whole file in parts that fit into a message', async () => {
  const file = await serve(bytes);
  const incoming = createIncomingResult();
  const percents: unknown[] = [percentOf(incoming)];
  let arrived: ReturnType<typeof takePart>;
  while (!arrived) {
    const part = await readPart(file, incoming.bytes);
    expect(JSON.stringify(part).length).toBeLessThan(8 * 2 ** 20);
    arrived = takePart(incoming, part);
    percents.push(Math.round(percentOf(incoming) ?? Number.NaN));
  }
  expect(ranges).toEqual(['bytes=0-4194303', 'bytes=4194304-8388607', 'bytes=8388608-8388624']);
  expect(percents).toEqual([undefined, 50, 100, 100]);
  expect(arrived).toMatchObject({ width: 7, height: 5 });
  expect(arrived.file.type).toBe('image/png');
  expect(Buffer.from(await arrived.file.arrayBuffer()).equals(bytes)).toBe(true);
});

test('requests a small file without a range, which every store answers', async () => {
  const file = await serve(bytes.subarray(0, 1_000));
  expect((await readPart(file, 0)).totalBytes).toBe(1_000);
  expect(ranges).toEqual([undefined]);
});

test('takes no part twice and none out of turn', async () => {
  const file = await serve(bytes);
  const incoming = createIncomingResult();
  const first = await readPart(file, 0);
  takePart(incoming, first);
  for (const part of [first, await readPart(file, 2 * partBytes)])
    expect(takePart(incoming, part)).toBeUndefined();
  expect(incoming.bytes).toBe(partBytes);
});

test.each([-1, 1.5, Number.NaN, bytes.length])(
  'refuses the position %d and asks nobody',
  async (fromByte) => {
    await expect(readPart(await serve(bytes), fromByte)).rejects.toThrow('the result has no byte');
    expect(ranges).toEqual([]);
  },
);

test.each<[string, RequestListener]>([
  ['the whole for a part', (_, response) => void response.end(bytes)],
  ['a refusal', (_, response) => void response.writeHead(403).end('<Error/>')],
  ['less than it says', (_, response) => void response.writeHead(206).end(bytes.subarray(0, 9))],
])('takes nothing from a store that answers with %s', async (_, answer) => {
  await expect(readPart(await serve(bytes, answer), 0)).rejects.toThrow('the file');
});
