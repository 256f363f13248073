import {
  Client,
  type ElicitRequest,
  type ElicitResult,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import type { PoolOptions } from '../../testing/servers/poolServer.ts';
import { type DoorServer, doorFixture, type KeyHolder } from './doorServer.ts';

/** How a client speaks: since July 2026 without sessions, or as before. */
type Era = 'modern' | 'legacy';

interface McpPerson extends KeyHolder {
  /** The official client, as its package comes. */
  client: Client;
}

/** What its person says to a question of the server. */
type Say = (asked: ElicitRequest['params']) => ElicitResult;

interface McpServer extends DoorServer {
  enter(options?: {
    era?: Era;
    limits?: object;
    headers?: Record<string, string>;
    say?: Say;
  }): Promise<McpPerson>;
  /** Another connection with these headers. */
  connect(headers: Record<string, string>, era?: Era, url?: string, say?: Say): Promise<Client>;
}

/**
 * The official client, as its package comes, but for its own minute of patience with a tool: on a busy machine a
 * picture takes longer, and the test's limit ends what hangs.
 */
export class PatientClient extends Client {
  override callTool: Client['callTool'] = (call, options) =>
    super.callTool(call, { timeout: longestCallMs, ...options });
}
const longestCallMs = 240_000;

/** The whole platform, whose runs stop before their first step until they are released. */
export function mcpFixture(options: PoolOptions = {}): McpServer {
  const server = doorFixture(options);
  const { api } = server;
  const connect: McpServer['connect'] = async (headers, era = 'modern', url = api.url, say = undefined) => {
    const mode = era === 'modern' ? { pin: '2026-07-28' } : era;
    const client = new PatientClient(
      { name: 'test', version: '1.0.0' },
      { versionNegotiation: { mode }, capabilities: say ? { elicitation: { form: {}, url: {} } } : {} },
    );
    if (say) client.setRequestHandler('elicitation/create', ({ params }) => say(params));
    const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
      requestInit: { headers },
    });
    await client.connect(transport);
    return client;
  };
  return {
    ...server,
    connect,
    async enter({ era, limits = {}, headers = {}, say } = {}) {
      const { person, key } = await server.enterByKey(limits);
      const client = await connect({ Authorization: `Bearer ${key}`, ...headers }, era, api.url, say);
      return { person, key, client };
    },
  };
}

/** Quick to make. */
export const small = { prompt: 'a lighthouse at dusk', width: 256, height: 256, steps: 2 };
