import { beforeAll, expect, test } from 'vitest';
import { mcpFixture, small } from '../testing/mcpServer.ts';
import { replayText } from '../testing/replay.ts';

/* What programs sent when they were started against the platform; only the key and the picture are others. */

const { api, pool, enterByKey } = mcpFixture();
beforeAll(async () => {
  await pool.release();
});

const claudeCode = (version: string, key: string) => [
  'Accept: application/json, text/event-stream',
  'Accept-Encoding: identity',
  `Authorization: Bearer ${key}`,
  'Content-Type: application/json',
  `User-Agent: claude-code/${version} (sdk-cli)`,
];
const opencode = (key: string) => [
  'Accept: application/json, text/event-stream',
  `Authorization: Bearer ${key}`,
  'Content-Type: application/json',
  'mcp-protocol-version: 2025-11-25',
  'Connection: keep-alive',
  'User-Agent: opencode/1.18.33',
  'Accept-Encoding: gzip, deflate, br, zstd',
];

/** The protocol of 2026 says in headers, too, what the body is about. */
const newest = [
  ...['mcp-method: tools/call', 'mcp-protocol-version: 2026-07-28'],
  ...['star-graph-credits-per-day: 50', 'Connection: keep-alive'],
];

/** Reads an answer to its end, which a stream has no length for. */
async function send(headers: readonly string[], message: object) {
  const pairs = headers.map((line) => line.split(': ') as [string, string]);
  const answer = await fetch(`${api.url}/mcp`, {
    method: 'POST',
    headers: pairs,
    body: JSON.stringify(message),
  });
  return { status: answer.status, body: await answer.text() };
}

test.each([
  [
    'Claude Code 2.1.197',
    (key: string) => [...claudeCode('2.1.197', key), 'mcp-protocol-version: 2025-11-25'],
  ],
  ['opencode 1.18.33', opencode],
])('a notification of %s is accepted without an answer', async (_name, headersOf) => {
  const { key } = await enterByKey();
  const { status, body } = await replayText(api.url, {
    path: '/mcp',
    headers: headersOf(key),
    body: '{"method":"notifications/initialized","jsonrpc":"2.0"}',
  });
  expect([status, body]).toEqual([202, '']);
});

test('Claude Code 2.1.332, which shows facts in place of words, learns what to do with a task', async () => {
  const { key } = await enterByKey();
  await pool.hold();
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': {
      name: 'claude-code',
      title: 'Claude Code',
      version: '2.1.332',
      description: "Anthropic's agentic coding tool",
      websiteUrl: 'https://claude.com/claude-code',
    },
    'io.modelcontextprotocol/clientCapabilities': {
      roots: { listChanged: true },
      elicitation: { form: {}, url: {} },
    },
    'claudecode/toolUseId': 'toolu_elj1lxf95ul',
    progressToken: 4,
  };
  const args = { workflow: 'text2img', params: small, waitSeconds: 0 };
  const params = { name: 'generate', arguments: args, _meta: meta };
  const { status, body } = await send([...claudeCode('2.1.332', key), ...newest, 'mcp-name: generate'], {
    method: 'tools/call',
    params,
    jsonrpc: '2.0',
    id: 4,
  });
  await pool.release();
  expect(status).toBe(200);
  const messages = body.match(/(?<=^data: ).+$/gm)?.map((line) => JSON.parse(line)) ?? [];
  expect(messages.at(-1).result.structuredContent).toMatchObject({
    taskId: expect.any(String),
    next: expect.stringContaining('call wait'),
  });
});
