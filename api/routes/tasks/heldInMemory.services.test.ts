import { basename } from 'node:path';
import { recordStatements } from '@star-graph/core/testing/db/statements';
import { eventually } from '@star-graph/core/testing/eventually';
import { createManualClock } from '@star-graph/core/testing/manualClock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addBackend,
  codeOf,
  createTestPlatform,
  startTestApi,
  type TestApi,
  type TestPlatform,
} from '../../testing/servers/apiServer.ts';

/** It stands still, so no process reads anything again because it is old. */
const clock = createManualClock(new Date());
let platform: TestPlatform;
let one: TestApi;
let other: TestApi;
let admin: string;
let person: string;

beforeAll(async () => {
  platform = await createTestPlatform();
  await addBackend(platform);
  one = await startTestApi(platform, { SIGN_UP_GRANT: '1000' }, { clock });
  other = await startTestApi(platform, {}, { clock });
  admin = await one.signInAsAdmin();
  person = (await one.signUp()).accessToken;
});
afterAll(async () => {
  await one?.stop();
  await other?.stop();
  await platform?.[Symbol.asyncDispose]();
});

const generate = (api: TestApi) =>
  api.call('/api/v1/generate/text2img', { token: person, body: { prompt: 'a fox', steps: 5 } });

test('an acceptance reads nothing that memory holds', async () => {
  expect((await generate(one)).status).toBe(202);
  using record = recordStatements(basename(platform.db.url));
  expect((await generate(one)).status).toBe(202);
  const held =
    /\b(settings|setting_versions|role_policies|person_policies|signing_keys|backends|inventories|workflows)\b/;
  expect(
    record
      .list()
      .map(({ shape }) => shape)
      .filter((shape) => held.test(shape)),
  ).toEqual([]);
});

test('what one process changes holds in another one at once', async () => {
  expect((await generate(other)).status).toBe(202);
  const put = (path: string, body: object) => one.call(path, { token: admin, method: 'PUT', body });
  await put('/api/admin/word-rules', { blockedWords: ['fox'], blockedPatterns: [], allowedWords: [] });
  await eventually(async () => expect(codeOf(await generate(other))).toBe('content-refused'));
  await put('/api/admin/word-rules', {});
  await eventually(async () => expect((await generate(other)).status).toBe(202));
});

test('a change that nobody tells holds within a second', async () => {
  expect((await generate(one)).status).toBe(202);
  await platform.db
    .database('settings')
    .insert({ name: 'words', value: JSON.stringify({ blockedWords: ['fox'] }), updatedAt: new Date() })
    .onConflict()
    .merge();
  expect((await generate(one)).status).toBe(202);
  await clock.advance(1_000);
  await eventually(async () => expect(codeOf(await generate(one))).toBe('content-refused'));
});
