import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { smallPicture } from '../load.ts';
import type { BenchPlatform } from '../platform.ts';
import type { Door } from './door.ts';

/** The official client calls `generate`, whose answer has a picture to look at. */
export async function openMcpDoor({ apiUrl }: BenchPlatform, key: string): Promise<Door> {
  const client = new Client({ name: 'bench', version: '1.0.0' });
  const requestInit = { headers: { Authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${apiUrl}/mcp`), { requestInit }));
  return {
    what: 'MCP, `generate`',
    async draw(seed) {
      const params = { ...smallPicture, seed };
      const answer = await client.callTool({ name: 'generate', arguments: { workflow: 'text2img', params } });
      const { content } = answer as { content: { type: string; text?: string }[] };
      if (!content.some(({ type }) => type === 'image')) throw new Error(JSON.stringify(content));
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
