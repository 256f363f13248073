import type { Graph } from '@star-graph/workflows/graph/graph';
import { fieldsOf, type RecordedEvent, readRecording } from './recording.ts';

/** A message or frame as the recorded server sent it. */
export type RecordedFrame =
  | { kind: 'text'; type: string; data: Record<string, unknown> }
  | { kind: 'binary'; bytes: Buffer };

export const isText = (type: string) => (frame: RecordedFrame) =>
  frame.kind === 'text' && frame.type === type;
/** `executing` with a null node: the only sure sign that a prompt is over. */
export const isEnd = (frame: RecordedFrame) =>
  frame.kind === 'text' && frame.type === 'executing' && frame.data.node === null;

/** One recorded `POST /prompt` and everything that followed. */
export interface Episode {
  graph: Graph;
  /** The id in the recording; playing replaces it by the one that was posted. */
  promptId: string;
  status: number;
  answer: unknown;
  /** The messages to the poster's socket, from `execution_start` to `executing` null. */
  frames: RecordedFrame[];
  /** The entry of `GET /history/{promptId}`, where it was recorded. */
  history: unknown;
}

interface Exchange {
  method: string;
  path: string;
  status: number;
  body: Buffer;
  contentType: string;
}

export interface Transcript {
  /** 0.33.0 rather than 0.3.64. */
  isNewer: boolean;
  episodes: Episode[];
  exchanges: Exchange[];
  features: unknown;
}

type RecordedRequest = Extract<RecordedEvent, { kind: 'http-request' }>;
type RecordedResponse = Extract<RecordedEvent, { kind: 'http-response' }>;
type BinaryMessage = Extract<RecordedEvent, { kind: 'ws-binary' }>;

/**
 * A recording by the prompts that were posted in it. Recorded binary frames are cut after 64 bytes: they get their length back, filled with
 * zeros.
 */
export function loadTranscript(name: string): Transcript {
  const file = readRecording(name);
  const isNewer = file.server.includes('0.33');
  const exchanges = pairUp(file.events);
  return {
    isNewer,
    exchanges: exchanges.map(({ request, response }) => toExchange(request, response)),
    episodes: exchanges
      .filter(({ request }) => request.method === 'POST' && request.path === '/prompt')
      .map(({ request, response }) => toEpisode(file.events, exchanges, request, response)),
    features: { supports_preview_metadata: true, max_upload_size: isNewer ? 104857600.0 : 104857600 },
  };
}

type Pair = { request: RecordedRequest; response: RecordedResponse };

function pairUp(events: RecordedEvent[]): Pair[] {
  const responses = new Map(
    events.filter((event) => event.kind === 'http-response').map((response) => [response.id, response]),
  );
  return events
    .filter((event) => event.kind === 'http-request')
    .flatMap((request) => {
      const response = responses.get(request.id);
      return response ? [{ request, response }] : [];
    });
}

function toExchange(request: Pair['request'], response: Pair['response']): Exchange {
  const first = Buffer.from(response.body_first_16_hex ?? '', 'hex');
  const file = Buffer.concat([first, Buffer.alloc(Math.max(0, (response.body_bytes ?? 0) - first.length))]);
  return {
    method: request.method,
    path: request.path,
    status: response.status,
    contentType: response.headers['Content-Type'] ?? 'text/plain',
    body:
      response.json !== undefined
        ? Buffer.from(JSON.stringify(response.json))
        : response.body_bytes === undefined
          ? Buffer.from(response.body ?? '')
          : file,
  };
}

function toEpisode(
  events: RecordedEvent[],
  exchanges: Pair[],
  request: Pair['request'],
  response: Pair['response'],
): Episode {
  const { prompt_id: answered } = fieldsOf(response.json);
  const promptId = typeof answered === 'string' ? answered : '';
  const look = exchanges.findLast(
    (one) => one.request.path === `/history/${promptId}` && JSON.stringify(one.response.json) !== '{}',
  );
  return {
    graph: fieldsOf(request.json).prompt as unknown as Graph,
    promptId,
    status: response.status,
    answer: response.json,
    frames: promptId === '' ? [] : collectFrames(events, promptId),
    history: fieldsOf(look?.response.json)[promptId],
  };
}

/** The socket that received most messages about the prompt: the poster's, or any if all were told. */
function collectFrames(events: RecordedEvent[], promptId: string): RecordedFrame[] {
  const bySocket = new Map<string, RecordedFrame[]>();
  let isCurrent = false;
  for (const event of events) {
    if (event.kind === 'ws-text') {
      const { socket, message } = event;
      const isOurs = message.data.prompt_id === promptId;
      if (isOurs) isCurrent = !(message.type === 'executing' && message.data.node === null);
      if (isOurs) append(bySocket, socket, { kind: 'text', ...message });
    } else if (event.kind === 'ws-binary') {
      const owner = event.metadata?.prompt_id;
      if (owner === promptId || (owner === undefined && isCurrent)) {
        append(bySocket, event.socket, { kind: 'binary', bytes: rebuild(event) });
      }
    }
  }
  return [...bySocket.values()].sort((a, b) => b.length - a.length)[0] ?? [];
}

function append(bySocket: Map<string, RecordedFrame[]>, socket: string, frame: RecordedFrame) {
  bySocket.set(socket, [...(bySocket.get(socket) ?? []), frame]);
}

function rebuild(binary: BinaryMessage): Buffer {
  const bytes = Buffer.alloc(binary.bytes);
  Buffer.from(binary.first_64_hex, 'hex').copy(bytes);
  if (binary.metadata) Buffer.from(pythonJson(binary.metadata)).copy(bytes, 8);
  return bytes;
}

/** The server writes JSON with spaces, and the recorded length counts them. */
function pythonJson(metadata: Record<string, unknown>): string {
  const fields = Object.entries(metadata).map(([key, value]) => `"${key}": ${JSON.stringify(value)}`);
  return `{${fields.join(', ')}}`;
}
