import { readFileSync } from 'node:fs';
import type { McpServer } from '@modelcontextprotocol/server';

const uri = 'ui://star-graph/result.html';
/** Hosts show it in a frame of their own, without the network: its pictures come inside messages. */
const mimeType = 'text/html;profile=mcp-app';
const text = readFileSync(new URL('card.html', import.meta.url), 'utf8');

/** Older hosts read the second one. */
export const showsCard = { ui: { resourceUri: uri }, 'ui/resourceUri': uri };
/** The card calls it, and no model. */
export const forCard = { ui: { resourceUri: uri, visibility: ['app'] } };

const _meta = {
  ui: { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: true },
  'openai/widgetCSP': { connect_domains: [], resource_domains: [] },
};

/** What becomes of a task, as a page that hosts show in a conversation: the same for everybody. */
export function registerCard(server: McpServer): void {
  const title = 'A result';
  const description = 'A task with its progress, its pictures, and what can be made of them.';
  server.registerResource('result', uri, { title, description, mimeType, _meta }, () => ({
    contents: [{ uri, mimeType, text, _meta }],
  }));
}
