import { once } from 'node:events';
import { Agent } from 'node:http';
import { findBuiltin } from '@star-graph/workflows/builtin';
import { WebSocket } from 'ws';
import { send, smallPicture } from '../load.ts';
import type { BenchPlatform } from '../platform.ts';
import type { Door } from './door.ts';

interface Entry {
  outputs: Record<string, { images?: Record<string, string>[] }>;
}

/**
 * The graph of the same picture, as clients of ComfyUI have it drawn: they post it, hear over their socket that
 * nothing executes any more, look into the history, and fetch the file.
 */
export async function openGraphDoor({ graphUrl }: BenchPlatform, key: string): Promise<Door> {
  const headers = { Authorization: `Bearer ${key}` };
  const agent = new Agent({ keepAlive: true });
  const socket = new WebSocket(`${graphUrl.replace('http', 'ws')}/ws?clientId=bench`, { headers });
  const over = new Set<string>();
  let onOver = () => {};
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) return;
    const message = JSON.parse(data.toString());
    if (message.type !== 'executing' || message.data.node !== null) return;
    over.add(message.data.prompt_id);
    onOver();
  });
  await once(socket, 'open');
  const untilOver = (promptId: string) =>
    new Promise<void>((resolve) => {
      onOver = () => over.has(promptId) && resolve();
      onOver();
    });
  const get = (path: string) => send(agent, { method: 'GET', url: `${graphUrl}${path}`, headers });
  return {
    what: 'graph, `POST /prompt` to `GET /view`',
    async draw(seed) {
      const body = JSON.stringify({ prompt: graphOf(seed), client_id: 'bench' });
      const answer = await send(agent, {
        method: 'POST',
        url: `${graphUrl}/prompt`,
        body,
        headers: { ...headers, 'Content-Type': 'application/json' },
      });
      const { prompt_id: promptId }: { prompt_id: string } = JSON.parse(answer);
      await untilOver(promptId);
      const history: Record<string, Entry> = JSON.parse(await get(`/history/${promptId}`));
      const [file] = Object.values(history[promptId]?.outputs ?? {}).flatMap(({ images = [] }) => images);
      if (!file) throw new Error('the graph made no picture');
      await get(`/view?${new URLSearchParams(file)}`);
    },
    async [Symbol.asyncDispose]() {
      socket.terminate();
      agent.destroy();
    },
  };
}

function graphOf(seed: number): object {
  const workflow = findBuiltin('text2img');
  if (!workflow) throw new Error('text2img is built in');
  const params = workflow.params.parse({ ...smallPicture, seed });
  return workflow.bind(params, { images: {}, outputPrefix: 'bench' });
}
