import { noQuotas } from '@star-graph/core/money/quotas/quotas';
import { eventually } from '@star-graph/core/testing/eventually';
import { beforeAll, expect, test } from 'vitest';
import { addServiceKey } from '../../testing/servers/fixtures.ts';
import { mcpFixture, small } from '../testing/mcpServer.ts';
import { textOf } from '../testing/readResult.ts';

const { api, pool, enter, connect, set, asAdmin, tasksOf } = mcpFixture();
beforeAll(async () => {
  await pool.release();
});

const draw = { name: 'generate', arguments: { workflow: 'text2img', params: small, waitSeconds: 600 } };

test('a key does what its scopes allow, and a service key nothing', async () => {
  const { client, person } = await enter({ limits: { scopes: ['tasks:read'] } });
  expect((await client.callTool({ name: 'list_workflows' })).isError).toBeUndefined();
  for (const name of ['balance', 'upload']) {
    const refused = await client.callTool({ name, arguments: name === 'upload' ? { data: 'AAAA' } : {} });
    expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'forbidden' } });
  }
  const refused = await client.callTool(draw);
  expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining('tasks:write')]);
  expect(await tasksOf(person)).toEqual([]);
  const { key } = await addServiceKey(api);
  await expect(connect({ Authorization: `Bearer ${key}` })).rejects.toThrow();
  const headers = { Authorization: `Bearer ${key}`, 'Star-Graph-Act-For': 'discord:100000000000000888' };
  await expect(connect(headers)).rejects.toThrow();
});

test('a wrong argument is named to the model, and nothing is made', async () => {
  const { client, person } = await enter();
  const wrong = { ...draw, arguments: { workflow: 'text2img', params: { ...small, width: 3 } } };
  const refused = await client.callTool(wrong);
  expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining('width')]);
  const unknown = await client.callTool({ ...draw, arguments: { workflow: 'nothing', params: {} } });
  expect(unknown).toMatchObject({ isError: true, structuredContent: { code: 'not-found' } });
  const extra = await client.callTool({ name: 'balance', arguments: { of: 'everybody' } });
  expect(extra.isError).toBe(true);
  expect(await tasksOf(person)).toEqual([]);
});

test('a refusal names the tool that helps, and no route', async () => {
  const { client, person } = await enter();
  const refusalOf = async (name: string, args: object): Promise<string> => {
    const answer = await client.callTool({ name, arguments: { ...args } });
    expect(answer.isError).toBe(true);
    const said = JSON.stringify(answer);
    expect(said).not.toMatch(/\/(api|v1)\//);
    return said;
  };
  const nowhere = { workflow: 'nothing', params: {} };
  expect(await refusalOf('generate', nowhere)).toContain('list_workflows lists those that there are');
  expect(await refusalOf('quote', nowhere)).toContain('list_workflows lists those that there are');
  const stranger = { workflow: 'text2img', params: { ...small, model: 'nothing.safetensors' } };
  expect(await refusalOf('generate', stranger)).toContain('describe_workflow');
  const policy = { weight: 1, dailyGrant: null, ...noQuotas };
  const allow = (workflows: string[] | null, version: number) =>
    asAdmin('role-policies/user', { ...policy, workflows, version }, 'PUT');
  expect((await allow(['img2img'], 0)).status).toBe(200);
  const priced = { workflow: 'text2img', params: small };
  // A policy is in force a moment later.
  const refusal = await eventually(() => refusalOf('quote', priced));
  expect(refusal).toContain('list_workflows lists those that you may');
  expect((await allow(null, 1)).status).toBe(200);
  expect(await tasksOf(person)).toEqual([]);
});

test('pages of other sites and lists of messages are refused', async () => {
  const { key } = await enter();
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const post = (body: unknown, more: object = {}) =>
    fetch(`${api.url}/mcp`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { ...headers, accept: 'application/json, text/event-stream', ...more },
    });
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
  expect((await post(ping)).status).toBe(200);
  expect((await post(ping, { origin: 'https://elsewhere.example' })).status).toBe(403);
  expect((await post([ping, ping])).status).toBe(422);
  expect((await fetch(`${api.url}/mcp`, { headers })).status).toBe(405);
});

test('the operator closes the door while the platform runs', async () => {
  const { client, key } = await enter();
  await set({ MCP_DOOR: 'off' });
  await eventually(() => expect(client.callTool({ name: 'balance' })).rejects.toThrow());
  await expect(connect({ Authorization: `Bearer ${key}` })).rejects.toThrow();
  await set({ MCP_DOOR: null });
  await eventually(async () => expect((await client.callTool({ name: 'balance' })).isError).toBeUndefined());
});
