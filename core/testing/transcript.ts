import { readFileSync } from 'node:fs';
import type { Graph } from '@star-graph/workflows/graph/graph';
import { z } from 'zod';

/** A message or frame as the recorded server sent it. */
export type RecordedFrame =
  | { kind: 'text'; type: string; data: Record<string, unknown> }
  | { kind: 'binary'; bytes: Buffer };

export const isText = (type: string) => (frame: RecordedFrame) =>
  frame.kind === 'text' && frame.type === type;
/** `executing` with a null node: the only sure sign that a prompt is over. */
export const isEnd = (frame: RecordedFrame) =>
  frame.kind === 'text' && frame.type === 'executing' && frame.data.node === null;

/** One recorded `POST /prompt` and all that came of it. */
export interface Episode {
  graph: Graph;
  /** The id in the recording; playing replaces it by the one that was posted. */
  promptId: string;
  status: number;
  answer: unknown;
  /** What the poster's socket got, from `execution_start` to `executing` null. */
  frames: RecordedFrame[];
  /** The entry of `GET /history/{promptId}`, where it was recorded. */
  history: unknown;
}

export interface Exchange {
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

const eventSchema = z.looseObject({ kind: z.string() });
const fileSchema = z.object({ server: z.string(), events: z.array(eventSchema) });
type RecordedEvent = z.infer<typeof eventSchema>;

const requestSchema = z.object({
  id: z.number(),
  method: z.string(),
  path: z.string(),
  json: z.unknown().optional(),
});
const responseSchema = z.object({
  id: z.number(),
  status: z.number(),
  json: z.unknown().optional(),
  body: z.string().optional(),
  body_bytes: z.number().optional(),
  body_first_16_hex: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
});
const textSchema = z.object({
  socket: z.string(),
  message: z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) }),
});
const binarySchema = z.object({
  socket: z.string(),
  bytes: z.number(),
  event_type: z.number(),
  first_64_hex: z.string(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

export function loadRecording(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./transcripts/${name}.json`, import.meta.url), 'utf8'));
}

/**
 * Reads `transcripts/<name>.json`. Recorded binary frames are cut after 64 bytes: they get their length back, filled with
 * zeros.
 */
export function loadTranscript(name: string): Transcript {
  const file = fileSchema.parse(loadRecording(name));
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

type Pair = { request: z.infer<typeof requestSchema>; response: z.infer<typeof responseSchema> };

function pairUp(events: RecordedEvent[]): Pair[] {
  const responses = new Map(
    events
      .filter((event) => event.kind === 'http-response')
      .map((event) => responseSchema.parse(event))
      .map((response) => [response.id, response]),
  );
  return events
    .filter((event) => event.kind === 'http-request')
    .map((event) => requestSchema.parse(event))
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

const postSchema = z.object({ prompt: z.unknown().optional() }).catch({ prompt: {} });
const answerSchema = z.object({ prompt_id: z.string() });

function toEpisode(
  events: RecordedEvent[],
  exchanges: Pair[],
  request: Pair['request'],
  response: Pair['response'],
): Episode {
  const promptId = answerSchema.safeParse(response.json).data?.prompt_id ?? '';
  const look = exchanges.findLast(
    (one) => one.request.path === `/history/${promptId}` && JSON.stringify(one.response.json) !== '{}',
  );
  const entries = z.record(z.string(), z.unknown()).catch({}).parse(look?.response.json);
  return {
    graph: postSchema.parse(request.json).prompt as Graph,
    promptId,
    status: response.status,
    answer: response.json,
    frames: promptId === '' ? [] : collectFrames(events, promptId),
    history: entries[promptId],
  };
}

/** Of all sockets that heard of the prompt, the one that heard most: the poster's, or any where all were told. */
function collectFrames(events: RecordedEvent[], promptId: string): RecordedFrame[] {
  const bySocket = new Map<string, RecordedFrame[]>();
  let isCurrent = false;
  for (const event of events) {
    if (event.kind === 'ws-text') {
      const { socket, message } = textSchema.parse(event);
      const isOurs = message.data.prompt_id === promptId;
      if (isOurs) isCurrent = !(message.type === 'executing' && message.data.node === null);
      if (isOurs) append(bySocket, socket, { kind: 'text', ...message });
    } else if (event.kind === 'ws-binary') {
      const binary = binarySchema.parse(event);
      const owner = binary.metadata?.prompt_id;
      if (owner === promptId || (owner === undefined && isCurrent)) {
        append(bySocket, binary.socket, { kind: 'binary', bytes: rebuild(binary) });
      }
    }
  }
  return [...bySocket.values()].sort((a, b) => b.length - a.length)[0] ?? [];
}

function append(bySocket: Map<string, RecordedFrame[]>, socket: string, frame: RecordedFrame) {
  bySocket.set(socket, [...(bySocket.get(socket) ?? []), frame]);
}

function rebuild(binary: z.infer<typeof binarySchema>): Buffer {
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
