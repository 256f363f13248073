import type { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WebSocket } from 'ws';

import type { Episode, RecordedFrame, Transcript } from './transcript.ts';

export interface SeenRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** `pending` → `running` → `finished`; deleted, cleared or forgotten prompts are removed. */
export interface PlayedPrompt {
  promptId: string;
  clientId: string;
  number: number;
  episode: Episode;
  state: 'pending' | 'running' | 'finished';
  /** The last node that was announced as executing: the first message to a socket that reconnects. */
  node: string | null;
  /** Settled by an interrupt of this prompt: a recorded `execution_interrupted` is played only then. */
  interrupted: PromiseWithResolvers<void>;
  heard: RecordedFrame[];
}

export interface ReplayState {
  readonly transcript: Transcript;
  readonly requests: SeenRequest[];
  readonly clientIds: string[];
  readonly handshakes: IncomingHttpHeaders[];
  readonly sent: { socket: number; text: string }[];
  readonly faults: unknown[];
  /** As in ComfyUI: the last socket of a clientId, until *any* socket of that clientId closes. */
  readonly registered: Map<string, WebSocket>;
  /** Emits `change` when a socket opens, says something, pings or closes. */
  readonly sockets: EventEmitter;
  readonly prompts: Map<string, PlayedPrompt>;
  readonly usedExchanges: Set<number>;
  readonly holds: { matches(frame: RecordedFrame): boolean; reach(): void; released: Promise<void> }[];
  nextEpisode: number;
  nextNumber: number;
  isPlaying: boolean;
  isFrozen: boolean;
  mostSockets: number;
  pings: number;
  intercept: (request: SeenRequest) => Interception | undefined;
  forget(): void;
  note(request: SeenRequest): void;
  seen(method: string, path: string | RegExp, count: number): Promise<SeenRequest>;
  holdBefore(matches: (frame: RecordedFrame) => boolean): { reached: Promise<void>; release(): void };
}

export function connectSocket(state: ReplayState, ws: WebSocket, request: IncomingMessage) {
  const clientId = new URL(request.url ?? '', 'http://replay').searchParams.get('clientId') ?? '';
  const socket = state.clientIds.push(clientId);
  state.handshakes.push(request.headers);
  state.registered.set(clientId, ws);
  const send = (type: string, data: unknown) => ws.send(JSON.stringify({ type, data }));
  send('status', { status: { exec_info: { queue_remaining: countOpen(state) } }, sid: clientId });
  const running = [...state.prompts.values()].find((prompt) => prompt.state === 'running');
  if (running?.clientId === clientId && running.node !== null) send('executing', { node: running.node });
  let isFirst = true;
  ws.on('message', (data) => {
    const text = String(data);
    state.sent.push({ socket, text });
    state.sockets.emit('change');
    if (isFirst && text.includes('feature_flags')) send('feature_flags', state.transcript.features);
    isFirst = false;
  });
  ws.on('ping', () => {
    state.pings += 1;
    state.sockets.emit('change');
  });
  ws.on('error', () => ws.terminate());
  ws.on('close', () => {
    state.registered.delete(clientId);
    state.sockets.emit('change');
  });
  state.sockets.emit('change');
}

export function countOpen(state: ReplayState): number {
  return [...state.prompts.values()].filter((prompt) => prompt.state !== 'finished').length;
}

/** Plays the pending prompts one after the other, as the worker thread of ComfyUI does. */
export async function playPending(state: ReplayState) {
  if (state.isPlaying) return;
  state.isPlaying = true;
  try {
    for (;;) {
      const next = [...state.prompts.values()]
        .filter((prompt) => prompt.state === 'pending')
        .sort((a, b) => a.number - b.number)[0];
      if (!next) return;
      await play(state, next);
    }
  } finally {
    state.isPlaying = false;
  }
}

async function play(state: ReplayState, prompt: PlayedPrompt) {
  const isKnown = () => state.prompts.get(prompt.promptId) === prompt;
  prompt.state = 'running';
  for (const frame of prompt.episode.frames) {
    await nextTurn();
    for (const hold of state.holds.filter((one) => one.matches(frame))) {
      state.holds.splice(state.holds.indexOf(hold), 1);
      hold.reach();
      await hold.released;
    }
    if (frame.kind === 'text' && frame.type === 'execution_interrupted') await prompt.interrupted.promise;
    // The server was restarted meanwhile: no client is left to play to.
    if (!isKnown()) return;
    if (frame.kind === 'text' && frame.type === 'executing') {
      prompt.node = typeof frame.data.node === 'string' ? frame.data.node : null;
      if (prompt.node === null) prompt.state = 'finished';
    }
    prompt.heard.push(frame);
    deliver(state, prompt, frame);
  }
  prompt.state = 'finished';
}

function deliver(state: ReplayState, prompt: PlayedPrompt, frame: RecordedFrame) {
  const ws = state.registered.get(prompt.clientId);
  if (!ws) return;
  if (frame.kind === 'text') {
    const text = JSON.stringify({ type: frame.type, data: frame.data });
    ws.send(text.replaceAll(prompt.episode.promptId, prompt.promptId));
    return;
  }
  // Both ids are UUIDs, so the lengths inside the frame stay right.
  const at = frame.bytes.indexOf(prompt.episode.promptId);
  const bytes = Buffer.from(frame.bytes);
  if (at >= 0) bytes.write(prompt.promptId, at);
  ws.send(bytes);
}

export interface Interception {
  status?: number;
  json?: unknown;
  text?: string;
  /** Cuts the connection instead of answering; `handled` lets the recording take the request all the same. */
  cut?: 'ignored' | 'handled';
  /** Never answers. */
  hang?: boolean;
  /** Does not announce the length. */
  isChunked?: boolean;
  /** Sends the text and then neither more nor an end. */
  stallAfterText?: boolean;
}
