import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { TokenSignInView } from '../../../contract/auth/signIn.ts';
import type { Answer } from '../../../testing/servers/apiServer.ts';
import { type PoolServer, poolFixture } from '../../../testing/servers/poolServer.ts';

/** How a client speaks: since July 2026 without sessions, or as before. */
export type Era = 'modern' | 'legacy';

export interface McpPerson {
  person: TokenSignInView;
  /** An API key. */
  key: string;
  /** The official client, as its package comes. */
  client: Client;
}

export interface McpServer extends PoolServer {
  enter(options?: { era?: Era; limits?: object; headers?: Record<string, string> }): Promise<McpPerson>;
  /** Another connection with these headers. */
  connect(headers: Record<string, string>, era?: Era, url?: string): Promise<Client>;
  /** Changes settings of the platform; null: back to the default. */
  set(values: object): Promise<Answer>;
  balanceOf(person: TokenSignInView): Promise<{ available: number; held: number }>;
  tasksOf(person: TokenSignInView): Promise<
    {
      id: string;
      status: string;
      params: Record<string, unknown>;
      charged?: number;
      cost: number;
    }[]
  >;
}

/** The whole platform, whose runs stop before their first step until they are released. */
export function mcpFixture(options: Parameters<typeof poolFixture>[0] = {}): McpServer {
  const server = poolFixture(options);
  const { api } = server;
  const connect: McpServer['connect'] = async (headers, era = 'modern', url = api.url) => {
    const mode = era === 'modern' ? { pin: '2026-07-28' } : era;
    const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
    const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
      requestInit: { headers },
    });
    await client.connect(transport);
    return client;
  };
  return {
    ...server,
    connect,
    async enter({ era, limits = {}, headers = {} } = {}) {
      const person = await api.signUp();
      const body = { name: 'client', ...limits };
      const { key } = (await api.call('/api/v1/users/api-keys', { token: person.accessToken, body })).body;
      const client = await connect({ Authorization: `Bearer ${key}`, ...headers }, era);
      return { person, key, client };
    },
    async set(values) {
      const { version } = (await server.asAdmin('settings')).body;
      return server.asAdmin('settings', { version, values }, 'PATCH');
    },
    async balanceOf({ accessToken: token }) {
      const { available, held } = (await api.call('/api/v1/users/balance', { token })).body;
      return { available, held };
    },
    tasksOf: async ({ accessToken: token }) => (await api.call('/api/v1/tasks', { token })).body.items,
  };
}

/** Quick to make. */
export const small = { prompt: 'a lighthouse at dusk', width: 256, height: 256, steps: 2 };
