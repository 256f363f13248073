import { setImmediate } from 'node:timers/promises';
import type { RecordedEvent, Recording } from '@star-graph/core/testing/comfy/recording';
import { createFrameReader, type Frame, isStatus, joinSteps, sortByNode } from './frames.ts';
import { compareResponse, type ReplayResponse, sendRecorded } from './replayHttp.ts';
import { connectSocket, type ReplaySocket } from './replaySocket.ts';
import { type Bindings, unify } from './unify.ts';

/** The next node of this class waits, before the step if one is named. */
interface Hold {
  classType: string;
  step?: number;
  /** The request that it is ordered before. */
  from: number;
  /** The answer, or the socket's connection, after which the node goes on. */
  to: number | string;
}

export interface ReplayOptions {
  /** Runs are cut off or followed in part, so how many steps are seen is chance. */
  joinsSteps?: boolean;
  /** Several prompts are under way at once: `status` frames come in between by chance: their number, maximum and last are compared. */
  loosensStatus?: boolean;
  /** The graph leaves the order of its nodes open. */
  sortsNodes?: boolean;
  /** Answers that show what the recorded server had done before, by request id. */
  ignoredResponses?: readonly number[];
  /** What was still running meanwhile, and would be over here before a slow client is as far. */
  holds?: readonly Hold[];
  /** Called at a note of the recording, for what the recorder did outside the protocol. */
  onNote?: (text: string) => Promise<void>;
}

const pollTimeoutMs = 120_000;

interface Replay {
  url: string;
  bindings: Bindings;
  options: ReplayOptions;
  sockets: Map<string, ReplaySocket>;
  recorded: Map<string, { frames: Frame[]; read: ReturnType<typeof createFrameReader> }>;
  responses: Map<number, ReplayResponse | Error>;
  /** Requests for the history of one run that the recording found finished. */
  finishedRuns: ReadonlySet<number>;
  faults: string[];
}

/**
 * Does what the recorder did, in its order, waiting before each step for the frames that had come by then, and
 * returns every difference in answers and frames. An empty list means that a client could not tell the servers
 * apart by this recording.
 */
export async function replayTranscript(
  url: string,
  transcript: Recording,
  bindings: Bindings,
  options: ReplayOptions = {},
): Promise<string[]> {
  const replay: Replay = {
    url,
    bindings,
    options,
    sockets: new Map(),
    recorded: new Map(),
    responses: new Map(),
    finishedRuns: finishedRuns(transcript),
    faults: [],
  };
  try {
    for (const event of transcript.events) await perform(replay, event);
    await awaitFrames(replay);
    await Promise.all([...replay.sockets.values()].map((socket) => socket.settle()));
    for (const name of replay.sockets.keys()) compareFrames(replay, name);
  } catch (error) {
    for (const name of replay.sockets.keys()) compareFrames(replay, name);
    replay.faults.push(String(error));
  } finally {
    await Promise.all([...replay.sockets.values()].map((socket) => socket.close()));
  }
  return replay.faults;
}

function finishedRuns({ events }: Recording): Set<number> {
  const asked = events.flatMap((event) =>
    event.kind === 'http-request' && event.path.startsWith('/history/') ? [event.id] : [],
  );
  const found = events.flatMap((event) =>
    event.kind === 'http-response' && JSON.stringify(event.json) !== '{}' ? [event.id] : [],
  );
  return new Set(asked.filter((id) => found.includes(id)));
}

async function perform(replay: Replay, event: RecordedEvent): Promise<void> {
  switch (event.kind) {
    case 'http-request': {
      await awaitFrames(replay);
      const holds = replay.options.holds?.filter(({ from }) => from === event.id) ?? [];
      for (const { classType, step } of holds)
        await control(replay, { arm: [{ kind: 'hold', classType, step }] });
      replay.responses.set(event.id, await request(replay, event));
      return letGo(replay, event.id);
    }
    case 'http-response':
    case 'http-error':
      checkResponse(replay, event);
      return;
    case 'ws-connect':
      await awaitFrames(replay);
      await connect(replay, event);
      return letGo(replay, event.socket);
    case 'ws-send':
      replay.sockets.get(event.socket)?.send(event.message);
      return;
    case 'ws-text': {
      const recorded = replay.recorded.get(event.socket);
      recorded?.frames.push(recorded.read(event.message));
      return;
    }
    case 'ws-binary':
      replay.recorded.get(event.socket)?.frames.push({ kind: 'binary', facts: event });
      return;
    case 'ws-client-close':
      await awaitFrames(replay);
      await replay.sockets.get(event.socket)?.close();
      return awaitParting(replay);
    case 'ws-client-abort':
      await awaitFrames(replay);
      replay.sockets.get(event.socket)?.abort();
      return awaitParting(replay);
    case 'note':
      await awaitFrames(replay);
      await replay.options.onNote?.(event.text);
      return;
    case 'ws-closed':
      return event.close_code === null ? undefined : checkClose(replay, event.socket, event.close_code);
    default:
      return;
  }
}

async function letGo(replay: Replay, reached: Hold['to']): Promise<void> {
  if (replay.options.holds?.some(({ to }) => to === reached)) await control(replay, { disarm: ['hold'] });
}

async function control({ url }: Replay, order: object): Promise<void> {
  const response = await fetch(`${url}/control`, {
    method: 'POST',
    body: JSON.stringify(order),
    headers: { 'Content-Type': 'application/json' },
    signal: AbortSignal.timeout(pollTimeoutMs),
  });
  if (!response.ok) throw new Error(`the order was refused with ${response.status}`);
}

/** Waits until the server has noticed that a client has left: that is when it forgets the client's id. */
async function awaitParting({ url, sockets }: Replay): Promise<void> {
  const open = [...sockets.values()].filter((socket) => socket.isOpen).length;
  const deadlineMs = performance.now() + pollTimeoutMs;
  for (;;) {
    const response = await fetch(`${url}/control`, { signal: AbortSignal.timeout(pollTimeoutMs) });
    const state = (await response.json()) as { sockets: number };
    if (state.sockets === open) return;
    if (performance.now() > deadlineMs) throw new Error('the server has not noticed that a socket is gone');
    await setImmediate();
  }
}

async function checkClose(replay: Replay, name: string, code: number): Promise<void> {
  const socket = replay.sockets.get(name);
  await socket?.until(() => socket.closeCode !== null);
  if (socket?.closeCode !== code) replay.faults.push(`socket ${name} closed with ${socket?.closeCode}`);
}

/**
 * Asks once, or until the run is over where the recorder had waited for that: a prompt whose client is deaf
 * announces its end nowhere else.
 */
async function request(
  replay: Replay,
  event: Extract<RecordedEvent, { kind: 'http-request' }>,
): Promise<ReplayResponse | Error> {
  const deadlineMs = performance.now() + pollTimeoutMs;
  for (;;) {
    try {
      const response = await sendRecorded(replay.url, event, replay.bindings);
      const isAwaited = replay.finishedRuns.has(event.id) && response.body.toString() === '{}';
      if (!isAwaited || performance.now() > deadlineMs) return response;
    } catch (error) {
      return error as Error;
    }
    await setImmediate();
  }
}

async function connect(replay: Replay, event: Extract<RecordedEvent, { kind: 'ws-connect' }>): Promise<void> {
  const url = `${replay.url.replace('http', 'ws')}${event.path}`;
  const connected = await connectSocket(url, event.headers ?? {});
  if ('refused' in connected) {
    if (connected.refused !== 403) replay.faults.push(`socket refused with ${connected.refused}`);
    return;
  }
  replay.sockets.set(event.socket, connected);
  replay.recorded.set(event.socket, { frames: [], read: createFrameReader() });
}

function checkResponse(
  replay: Replay,
  event: Extract<RecordedEvent, { kind: 'http-response' | 'http-error' }>,
): void {
  if (replay.options.ignoredResponses?.includes(event.id)) return;
  const actual = replay.responses.get(event.id);
  if (event.kind === 'http-error' || actual instanceof Error || !actual) {
    const isExpected = event.kind === 'http-error' && actual instanceof Error;
    if (!isExpected) replay.faults.push(`request ${event.id}: ${String(actual)}, recorded ${event.kind}`);
    return;
  }
  const faults = compareResponse(event, actual, replay.bindings);
  replay.faults.push(...faults.map((fault) => `response ${event.id}: ${fault}`));
}

/**
 * Waits until every socket has what it had in the recording by now, and binds what those frames say. Differences
 * are reported at the end, where all frames are known.
 */
async function awaitFrames(replay: Replay): Promise<void> {
  for (const [name, socket] of replay.sockets) {
    const recorded = replay.recorded.get(name)?.frames ?? [];
    const wanted = shape(replay, recorded);
    const statuses = recorded.filter(isStatus).length;
    if (socket.closeCode !== null) continue;
    await socket.until(
      (frames) => shape(replay, frames).length >= wanted.length && frames.filter(isStatus).length >= statuses,
    );
    const given = shape(replay, socket.frames);
    wanted.forEach((frame, index) => void compareFrame(frame, given[index], replay.bindings));
  }
}

function shape({ options }: Replay, frames: readonly Frame[]): Frame[] {
  const ordered = options.loosensStatus ? frames.filter((frame) => !isStatus(frame)) : frames;
  const joined = options.joinsSteps ? joinSteps(ordered) : [...ordered];
  return options.sortsNodes ? sortByNode(joined) : joined;
}

function compareFrames(replay: Replay, name: string): void {
  const wanted = replay.recorded.get(name)?.frames ?? [];
  const given = replay.sockets.get(name)?.frames ?? [];
  const [left, right] = [shape(replay, wanted), shape(replay, given)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const faults = compareFrame(left[index], right[index], replay.bindings);
    if (faults.length === 0) continue;
    replay.faults.push(...faults.map((fault) => `socket ${name}, frame ${index}: ${fault}`));
    // What follows one lost or added frame differs too and tells nothing.
    if (left[index]?.kind !== right[index]?.kind) break;
  }
  if (!replay.options.loosensStatus) return;
  // Which count a message shows depends on how soon the worker took the prompt before it.
  const counts = (frames: readonly Frame[]): string => {
    const shown = frames
      .filter(isStatus)
      .map((frame) => /"queue_remaining":(\d+)/.exec(JSON.stringify(frame))?.[1]);
    return `${shown.length} status frames up to ${shown.toSorted().at(-1)}, at last ${shown.at(-1)}`;
  };
  if (counts(wanted) !== counts(given)) {
    replay.faults.push(`socket ${name}: recorded ${counts(wanted)}, replayed ${counts(given)}`);
  }
}

function compareFrame(recorded: Frame | undefined, actual: Frame | undefined, bindings: Bindings): string[] {
  if (!recorded || !actual || recorded.kind !== actual.kind) {
    return [`recorded ${show(recorded)}, replayed ${show(actual)}`];
  }
  if (recorded.kind === 'binary' && actual.kind === 'binary') {
    const pick = ({ facts }: typeof recorded) => ({
      event_type: facts.event_type,
      image_format: facts.image_format,
      image_size: facts.image_size,
      metadata: facts.metadata ?? null,
    });
    return unify(pick(recorded), pick(actual), bindings);
  }
  return unify(recorded, actual, bindings);
}

function show(frame: Frame | undefined): string {
  return (JSON.stringify(frame) ?? 'nothing').slice(0, 300);
}
