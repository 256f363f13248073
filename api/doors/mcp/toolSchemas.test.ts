import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { createMcpServer } from './mcpServer.ts';
import type { McpDeps, Visit } from './visit.ts';

test('a host with the default class of Ajv, which knows draft 7 alone, can read what each tool takes and answers', async () => {
  const deps = { publicUrl: 'https://pictures.example' } as McpDeps;
  const server = createMcpServer(deps, {} as Visit);
  const client = new Client({ name: 'test', version: '1.0.0' });
  const [here, there] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(here), client.connect(there)]);
  const { tools } = await client.listTools();
  expect(tools.length).toBeGreaterThan(10);
  for (const { name, inputSchema, outputSchema } of tools) {
    const takes = new Ajv().compile(inputSchema);
    expect([name, takes({ nothing: 'of the kind' })]).toEqual([name, false]);
    const answers = new Ajv().compile(outputSchema ?? {});
    expect([name, answers({ code: 'not-found', detail: 'It is gone.' }), answers({ code: 1 })]).toEqual([
      ...[name, true, false],
    ]);
  }
  await client.close();
});
