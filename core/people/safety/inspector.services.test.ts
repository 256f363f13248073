import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { silentLogger } from '../../testing/dispatch/dispatchSetup.ts';
import { createFrames, createPictureFolder, createTwoColours } from '../../testing/pictures.ts';
import type { Classifier } from './classifier.ts';
import { createHttpClassifier } from './httpClassifier.ts';
import { createInspector, type InspectionPolicy } from './inspector.ts';

const { signal } = new AbortController();
let folder: Awaited<ReturnType<typeof createPictureFolder>>;
beforeAll(async () => {
  folder = await createPictureFolder();
  return () => folder.remove();
});

/** Blue is what it looks for. */
const byColour: Classifier = {
  async classify(jpeg) {
    const [red, , blue] = (await sharp(jpeg).stats()).channels;
    return { porn: (blue?.mean ?? 0) > (red?.mean ?? 0) ? 0.9 : 0.1 };
  },
  close: async () => undefined,
};
const failing: Classifier = { ...byColour, classify: () => Promise.reject(new Error('away')) };

const inspect = async (bytes: Buffer, classifier: Classifier, over: Partial<InspectionPolicy> = {}) => {
  const policy: InspectionPolicy = {
    thresholds: { porn: 0.85 },
    action: 'quarantine',
    onFailure: 'closed',
    tempDirectory: folder.path,
    ...over,
  };
  const storage = { open: async () => undefined };
  const inspector = createInspector({ classifier, storage, logger: silentLogger }, policy);
  return inspector.inspectFile(await folder.write(bytes), signal);
};
const half = (left: number) =>
  createTwoColours(64, 32).extract({ left, top: 0, width: 32, height: 32 }).png().toBuffer();

test('a picture from the threshold on is withheld or only noted', async () => {
  const [red, blue] = [await half(0), await half(32)];
  expect(await inspect(red, byColour)).toEqual({ kind: 'clear' });
  const found = { reason: 'sexual', scores: { porn: 0.9 } };
  expect(await inspect(blue, byColour)).toEqual({ kind: 'withheld', ...found });
  expect(await inspect(blue, byColour, { action: 'label' })).toEqual({ kind: 'noted', ...found });
  expect(await inspect(blue, byColour, { thresholds: { porn: 0.95 } })).toEqual({ kind: 'clear' });
});

test('a bad frame amid an animation is seen', async () => {
  const animation = await (await createFrames()).webp().toBuffer();
  expect(await inspect(animation, byColour)).toMatchObject({ kind: 'withheld' });
});

test('a classifier that fails withholds by default, and shows by setting', async () => {
  const picture = await half(0);
  const unchecked = { kind: 'withheld', reason: 'unchecked', scores: null };
  expect(await inspect(picture, failing)).toEqual(unchecked);
  expect(await inspect(Buffer.from('no picture'), byColour)).toEqual(unchecked);
  expect(await inspect(picture, failing, { onFailure: 'open' })).toEqual({ kind: 'clear' });
});

async function serve(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, [Symbol.dispose]: () => void server.close() };
}

test("an operator's classifier gets a JPEG and answers scores", async () => {
  const received: Buffer[] = [];
  using server = await serve(async (request, response) => {
    for await (const chunk of request) received.push(chunk);
    response.end('{"scores":{"porn":0.25}}');
  });
  const classifier = createHttpClassifier(server.address, 60_000);
  const jpeg = await createTwoColours().jpeg().toBuffer();
  expect(await classifier.classify(jpeg, signal)).toEqual({ porn: 0.25 });
  expect(Buffer.concat(received).equals(jpeg)).toBe(true);
});

test.each<[string, RequestListener]>([
  ['a fault', (_request, response) => response.writeHead(500).end()],
  [
    'a redirect',
    ({ url }, response) =>
      url === '/'
        ? response.writeHead(302, { location: '/elsewhere' }).end()
        : response.end('{"scores":{"porn":0}}'),
  ],
  ['no scores', (_request, response) => response.end('{}')],
  ['a score above one', (_request, response) => response.end('{"scores":{"porn":2}}')],
  ['endless text', (_request, response) => response.end(`{"scores":${' '.repeat(100_000)}{}}`)],
  ['a broken connection', (request) => request.socket.destroy()],
])("an operator's classifier that answers %s counts as failed", async (_what, answer) => {
  using server = await serve(answer);
  const classifier = createHttpClassifier(server.address, 60_000);
  const jpeg = await createTwoColours().jpeg().toBuffer();
  await expect(classifier.classify(jpeg, signal)).rejects.toThrow();
});
