import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Quarantine } from '@star-graph/core/ground/db/models/quarantine';
import { createVideo } from '@star-graph/core/testing/pictures';
import { expect, test } from 'vitest';
import { codeOf } from '../../testing/servers/apiServer.ts';
import { apiFixture, fixture } from '../../testing/servers/fixtures.ts';
import { newPicture, safetyFixture } from '../../testing/servers/safetyServer.ts';

/** Answers what the test asks for. */
let answer = { status: 200, porn: 0 };
const classifier = fixture(async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(answer.status).end(JSON.stringify({ scores: { porn: answer.porn } }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: async () => void server.close() };
});
const env = (more: object = {}) => ({
  SAFETY_CLASSIFIER: 'http',
  get SAFETY_URL() {
    return `http://127.0.0.1:${classifier.port}/`;
  },
  ...more,
});
const server = safetyFixture();
const strict = apiFixture(server.platform, env());
const labelling = apiFixture(server.platform, env({ SAFETY_ACTION: 'label' }));
const open = apiFixture(server.platform, env({ SAFETY_ON_FAILURE: 'open' }));

async function upload(api: typeof strict, bytes?: Buffer) {
  const { token, userId } = await server.newPerson();
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(bytes ?? (await newPicture()))]), 'a.png');
  const sent = await api.call('/api/v1/assets', { token, body });
  const kept = await Asset.query(server.platform.db.database).where({ userId });
  return { status: sent.status, code: codeOf(sent), kept: kept.length, id: sent.body.id };
}

test('an upload that the classifier finds is refused, and nothing kept', async () => {
  answer = { status: 200, porn: 0.99 };
  expect(await upload(strict)).toMatchObject({ status: 422, code: 'content-refused', kept: 0 });
  answer = { status: 200, porn: 0.2 };
  expect(await upload(strict)).toMatchObject({ status: 201, kept: 1 });
});

test('a film that the classifier finds is refused, and nothing kept', async () => {
  answer = { status: 200, porn: 0.99 };
  const film = createVideo('mp4');
  expect(await upload(strict, film)).toMatchObject({ status: 422, code: 'content-refused', kept: 0 });
  answer = { status: 200, porn: 0.2 };
  expect(await upload(strict, film)).toMatchObject({ status: 201, kept: 1 });
});

test('a label tells moderators, and the upload is taken', async () => {
  answer = { status: 200, porn: 0.99 };
  const { status, id } = await upload(labelling);
  expect(status).toBe(201);
  const row = await Quarantine.query(server.platform.db.database).findOne({ assetId: id });
  expect(row).toMatchObject({
    state: 'released',
    source: 'classifier',
    reason: 'sexual',
    scores: { porn: 0.99 },
  });
});

test('without the classifier uploads wait, or are taken by setting', async () => {
  answer = { status: 500, porn: 0 };
  expect(await upload(strict)).toMatchObject({ status: 503, code: 'unavailable', kept: 0 });
  expect(await upload(open)).toMatchObject({ status: 201, kept: 1 });
});
