import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../json.ts';
import { connectSocket, type ReplaySocket } from './replaySocket.ts';

/** What history says of one finished run. */
export interface FinishedRun {
  promptId: string;
  status: { status_str: string; completed: boolean; messages: [type: string, data: JsonObject][] };
  outputs: { [nodeId: string]: { images?: SavedFile[]; text?: string[] } };
}

interface SavedFile {
  filename: string;
  subfolder: string;
  type: string;
}

/** A client for tests of one server: one socket, and prompts that are followed to their end. */
export interface BackendClient extends AsyncDisposable {
  socket: ReplaySocket;
  upload(name: string, bytes: Uint8Array): Promise<void>;
  /** Posts a graph; returns its prompt id. */
  post(prompt: object): Promise<string>;
  /** Resolves with the history of a run that has ended. */
  finished(promptId: string): Promise<FinishedRun>;
  run(prompt: object): Promise<FinishedRun>;
  get(path: string): Promise<Json>;
  send(path: string, body: object): Promise<Response>;
  fetchFile(file: SavedFile): Promise<Buffer>;
}

const callTimeoutMs = 120_000;

export async function connectBackend(url: string): Promise<BackendClient> {
  const clientId = randomUUID();
  const socket = await connectSocket(`${url.replace('http', 'ws')}/ws?clientId=${clientId}`, {});
  if ('refused' in socket) throw new Error(`the socket was refused with ${socket.refused}`);
  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(callTimeoutMs) });
  const send = (path: string, body: object): Promise<Response> =>
    call(path, { method: 'POST', body: JSON.stringify(body) });
  const get = async (path: string): Promise<Json> => (await (await call(path)).json()) as Json;
  const post = async (prompt: object): Promise<string> => {
    const promptId = randomUUID();
    const response = await send('/prompt', { prompt, client_id: clientId, prompt_id: promptId });
    const body = (await response.json()) as { node_errors?: object };
    if (!response.ok || Object.keys(body.node_errors ?? {}).length > 0) throw new Error(JSON.stringify(body));
    return promptId;
  };
  const finished = async (promptId: string): Promise<FinishedRun> => {
    await socket.until((frames) =>
      frames.some(
        (frame) =>
          frame.kind === 'text' &&
          frame.message.type === 'executing' &&
          frame.message.data.node === null &&
          frame.message.data.prompt_id === promptId,
      ),
    );
    const history = (await get(`/history/${promptId}`)) as unknown as { [id: string]: FinishedRun };
    const run = history[promptId];
    if (!run) throw new Error(`no history of ${promptId}`);
    return { ...run, promptId };
  };
  return {
    socket,
    async upload(name, bytes) {
      const form = new FormData();
      form.set('image', new Blob([new Uint8Array(bytes)]), name);
      form.set('overwrite', 'true');
      const response = await call('/upload/image', { method: 'POST', body: form });
      if (!response.ok) throw new Error(`upload answered ${response.status}`);
    },
    post,
    finished,
    run: async (prompt) => finished(await post(prompt)),
    get,
    send,
    async fetchFile({ filename, subfolder, type }) {
      const query = new URLSearchParams({ filename, subfolder, type });
      const response = await call(`/view?${query}`);
      if (!response.ok) throw new Error(`/view answered ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    },
    [Symbol.asyncDispose]: () => socket.close(),
  };
}
