import { Client as McpClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as GraphClient } from '@stable-canvas/comfyui-client';
import OpenAI from 'openai';
import { WebSocket } from 'ws';

interface DoorAddresses {
  /** Of the OpenAI door and of MCP. */
  apiUrl: string;
  sdapiUrl: string;
  graphUrl: string;
}

/** Quick to make. */
const small = { prompt: 'a lighthouse', width: 256, height: 256, steps: 2 };

/**
 * A picture through each door, one after the other, by the package that its clients use, as it comes. The API of A1111
 * has none: its request is sent as programs send it.
 */
export async function drawThroughDoors(at: DoorAddresses, key: string): Promise<Buffer[]> {
  return [
    await drawByOpenAi(at, key),
    await drawByA1111(at, key),
    await drawByMcp(at, key),
    await drawByGraph(at, key),
  ];
}

async function drawByOpenAi({ apiUrl }: DoorAddresses, key: string): Promise<Buffer> {
  const openai = new OpenAI({ baseURL: `${apiUrl}/v1`, apiKey: key });
  const { prompt, width, height, steps } = small;
  const asked = { model: 'gpt-image-1', prompt, size: `${width}x${height}` as const, steps };
  const { data } = await openai.images.generate(asked);
  return Buffer.from(data?.[0]?.b64_json ?? '', 'base64');
}

async function drawByA1111({ sdapiUrl }: DoorAddresses, key: string): Promise<Buffer> {
  const answer = await fetch(`${sdapiUrl}/sdapi/v1/txt2img`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`me:${key}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(small),
  });
  const { images } = (await answer.json()) as { images?: string[] };
  return Buffer.from(images?.[0] ?? '', 'base64');
}

async function drawByMcp({ apiUrl }: DoorAddresses, key: string): Promise<Buffer> {
  const client = new McpClient({ name: 'test', version: '1.0.0' });
  const requestInit = { headers: { Authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${apiUrl}/mcp`), { requestInit }));
  const answer = await client.callTool({
    name: 'generate',
    arguments: { workflow: 'text2img', params: small },
  });
  await client.close();
  const content = answer.content as { type: string; data?: string }[];
  return Buffer.from(content.find(({ type }) => type === 'image')?.data ?? '', 'base64');
}

async function drawByGraph({ graphUrl }: DoorAddresses, key: string): Promise<Buffer> {
  const headers = { authorization: `Bearer ${key}` };
  class KeyedSocket extends WebSocket {
    constructor(url: string | URL) {
      super(url, { headers });
    }
  }
  const client = new GraphClient({
    api_host: new URL(graphUrl).host,
    WebSocket: KeyedSocket as unknown as typeof globalThis.WebSocket,
    fetch: (url: string | URL | Request, init?: RequestInit) =>
      fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), ...headers } }),
  });
  await client.connect();
  const [checkpoint = ''] = await client.getSDModels();
  const { images } = await client.enqueue(drawing(checkpoint));
  client.close();
  const [image] = images.flatMap((one) => (one.type === 'url' ? [one] : []));
  if (!image) throw new Error('the graph gave no picture');
  return Buffer.from(await (await fetch(image.data, { headers })).arrayBuffer());
}

const drawing = (checkpoint: string) => ({
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
  '5': {
    class_type: 'EmptyLatentImage',
    inputs: { width: small.width, height: small.height, batch_size: 1 },
  },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: small.prompt, clip: ['4', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['4', 1] } },
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed: 1,
      steps: small.steps,
      cfg: 7,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { filename_prefix: 'test', images: ['8', 0] } },
});
