import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import {
  AppBridge,
  getToolUiResourceUri,
  PostMessageTransport,
} from '@modelcontextprotocol/ext-apps/app-bridge';

/** As the protocol has it for a page that declares nothing. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; media-src data:";

/** What a card asked of its host. */
export const asked: { links: string[]; context: unknown[] } = { links: [], context: [] };

/** A conversation that calls one tool and shows its card, by the package that hosts are made of. */
export async function showCall(
  address: string,
  key: string,
  call: { name: string; arguments: Record<string, unknown> },
  context: { theme: 'light' | 'dark'; locale: string },
): Promise<void> {
  const client = new Client(
    { name: 'host', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  const requestInit = { headers: { Authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${address}/mcp`), { requestInit }));
  const { tools } = await client.listTools();
  const tool = tools.find(({ name }) => name === call.name);
  const uri = tool && getToolUiResourceUri(tool);
  if (uri === undefined) throw new Error('the tool has no card');
  const { contents } = await client.readResource({ uri });
  const [content] = contents;
  if (!content || !('text' in content)) throw new Error('the card has no text');
  const frame = document.createElement('iframe');
  frame.sandbox.add('allow-scripts');
  frame.style.cssText = 'width: 100%; border: 0';
  document.documentElement.style.colorScheme = context.theme;
  document.body.replaceChildren(frame);
  const view = frame.contentWindow;
  if (!view) throw new Error('the frame has no window');
  const can = { serverTools: {}, openLinks: {}, updateModelContext: { text: {} } };
  const bridge = new AppBridge(client, { name: 'host', version: '1' }, can, { hostContext: context });
  bridge.onsizechange = ({ height }) => {
    if (height !== undefined) frame.style.height = `${height}px`;
  };
  bridge.onopenlink = ({ url }) => {
    asked.links.push(url);
    return Promise.resolve({});
  };
  bridge.onupdatemodelcontext = ({ content: told }) => {
    asked.context.push(told);
    return Promise.resolve({});
  };
  const ready = new Promise<void>((resolve) => {
    bridge.oninitialized = () => resolve();
  });
  await bridge.connect(new PostMessageTransport(view, view));
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy}">${content.text}`;
  await ready;
  await bridge.sendToolInput({ arguments: call.arguments });
  const result = await client.callTool(call);
  if (!('content' in result)) throw new Error('the tool asked for something');
  await bridge.sendToolResult(result);
}
