import type { ProblemView } from '@star-graph/contract/problems';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancel, connectStomp, generate, reply, type TestClient } from '../testing/calls/stompClient.ts';
import { apiFixture, platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);
let client: TestClient;
let replies: { correlationId: string; problem: ProblemView }[];
beforeAll(async () => {
  const { accessToken } = await api.signUp();
  client = await connectStomp(`${api.url.replace('http', 'ws')}/ws`, accessToken);
  replies = await client.listen(reply);
});
afterAll(async () => {
  await client?.[Symbol.asyncDispose]();
});

/** The reply to a SEND with this in its body. */
async function faultsOf(destination: string, body: object): Promise<ProblemView['errors']> {
  await client.send(destination, { ...body, correlationId: 'c' });
  const last = replies.at(-1);
  expect(last).toMatchObject({ correlationId: 'c' });
  return last?.problem.errors;
}

describe('a SEND is told where in it the fault is:', () => {
  const params = { prompt: 'a boat' };
  const parentId = '01900000-0000-7000-8000-000000000000';
  test.each([
    ['a parameter', { params: { ...params, steps: 0 } }, '/params/steps'],
    ['a parameter that is none', { params: { ...params, 'a/b': 1 } }, '/params/a~1b'],
    ['meta among the parameters', { params: { ...params, meta: {} } }, '/params/meta'],
    ['meta', { params, meta: { visibility: 'hidden' } }, '/meta/visibility'],
    ['a parent that is nobody’s', { params, meta: { parentId } }, '/meta/parentId'],
    ['a key beside them', { params, steps: 20 }, '/steps'],
    ['the name of the workflow', { workflow: 'Text 2 Image', params }, '/workflow'],
  ])('%s', async (_case, body, pointer) => {
    const faults = await faultsOf(generate, { workflow: 'text2img', ...body });
    expect(faults?.map((fault) => fault.pointer)).toEqual([pointer]);
  });

  test('its words are for people, not patterns of a program', async () => {
    const faults = await faultsOf(generate, { workflow: 'Text 2 Image', params });
    expect(faults?.[0]?.message).toBe('Give the name of a workflow: small letters, digits and hyphens.');
    expect(await faultsOf(cancel, { taskId: 'x', other: 1 })).toEqual([
      { pointer: '/other', message: 'There is no such parameter.' },
    ]);
  });
});
