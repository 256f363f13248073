import { z } from 'zod';
import {
  countOpen,
  type PlayedPrompt,
  playPending,
  type ReplayState,
  type SeenRequest,
} from './replayState.ts';

interface ReplayAnswer {
  status: number;
  contentType: string;
  body: Buffer;
}

/** Answers from the state if the answer depends on it, otherwise from the recording, or with 404. */
export function answerRequest(state: ReplayState, request: SeenRequest): ReplayAnswer {
  const route = `${request.method} ${request.path}`;
  if (route === 'POST /prompt') return postPrompt(state, request);
  if (route === 'GET /queue') return json(listQueue(state));
  if (route === 'POST /queue') return deletePending(state, request);
  if (route === 'POST /interrupt') return interrupt(state, request);
  if (route === 'POST /free') return { ...json(null), body: Buffer.alloc(0) };
  if (request.method === 'GET' && request.path.startsWith('/history/')) return readHistory(state, request);
  if (request.path.startsWith('/api/jobs') && state.transcript.isNewer) return answerJobs(state, request);
  return fromRecording(state, request);
}

function json(value: unknown, status = 200): ReplayAnswer {
  return { status, contentType: 'application/json; charset=utf-8', body: Buffer.from(JSON.stringify(value)) };
}

const postSchema = z.object({ prompt_id: z.string(), client_id: z.string() });

function postPrompt(state: ReplayState, request: SeenRequest): ReplayAnswer {
  const { prompt_id: promptId, client_id: clientId } = postSchema.parse(JSON.parse(request.body.toString()));
  const episode = state.transcript.episodes[state.nextEpisode];
  if (!episode) throw new Error(`the recording has no episode ${state.nextEpisode}`);
  state.nextEpisode += 1;
  const answer = JSON.parse(
    JSON.stringify(episode.answer ?? null).replaceAll(episode.promptId || '\0', promptId),
  );
  if (episode.status !== 200) return json(answer, episode.status);
  const number = state.nextNumber;
  state.nextNumber += 1;
  const played = {
    promptId,
    clientId,
    number,
    episode,
    node: null,
    interrupted: Promise.withResolvers<void>(),
    heard: [],
  };
  state.prompts.set(promptId, { ...played, state: 'pending' });
  playPending(state).catch((error: unknown) => state.faults.push(error));
  return json(answer);
}

function listQueue(state: ReplayState) {
  const items = (wanted: PlayedPrompt['state']) =>
    [...state.prompts.values()]
      .filter((prompt) => prompt.state === wanted)
      .map((prompt) => [
        prompt.number,
        prompt.promptId,
        prompt.episode.graph,
        { client_id: prompt.clientId },
        [],
      ]);
  return { queue_running: items('running'), queue_pending: items('pending').reverse() };
}

function deletePending(state: ReplayState, request: SeenRequest): ReplayAnswer {
  const body = z.object({ delete: z.array(z.string()) }).parse(JSON.parse(request.body.toString()));
  for (const promptId of body.delete) {
    if (state.prompts.get(promptId)?.state === 'pending') state.prompts.delete(promptId);
  }
  return { ...json(null), body: Buffer.alloc(0) };
}

/** A missing, null or empty id interrupts the running prompt. */
function interrupt(state: ReplayState, request: SeenRequest): ReplayAnswer {
  const body = z.object({ prompt_id: z.string() }).safeParse(JSON.parse(request.body.toString() || '{}'));
  const promptId = body.data?.prompt_id || undefined;
  for (const prompt of state.prompts.values()) {
    if (prompt.state === 'running' && (promptId ?? prompt.promptId) === prompt.promptId) {
      prompt.interrupted.resolve();
    }
  }
  return { ...json(null), body: Buffer.alloc(0) };
}

function readHistory(state: ReplayState, request: SeenRequest): ReplayAnswer {
  const promptId = decodeURIComponent(request.path.slice('/history/'.length));
  const prompt = state.prompts.get(promptId);
  if (prompt?.state !== 'finished') return json({});
  const entry = prompt.episode.history ?? buildHistory(prompt);
  return json({
    [promptId]: JSON.parse(JSON.stringify(entry).replaceAll(prompt.episode.promptId, promptId)),
  });
}

/** If the recorder did not request it: the entry as the server builds it from its messages. */
function buildHistory(prompt: PlayedPrompt): unknown {
  const texts = prompt.heard.filter((frame) => frame.kind === 'text');
  const isSuccess = texts.some((frame) => frame.type === 'execution_success');
  const outputs = texts
    .filter((frame) => frame.type === 'executed')
    .map((frame) => [String(frame.data.node), frame.data.output]);
  return {
    prompt: [prompt.number, prompt.promptId, prompt.episode.graph, {}, []],
    outputs: Object.fromEntries(outputs),
    status: {
      status_str: isSuccess ? 'success' : 'error',
      completed: isSuccess,
      messages: texts.filter((f) => f.type.startsWith('execution_')).map((f) => [f.type, f.data]),
    },
  };
}

function answerJobs(state: ReplayState, request: SeenRequest): ReplayAnswer {
  const promptId = /^\/api\/jobs\/([^/]+)\/cancel$/.exec(request.path)?.[1];
  if (promptId === undefined) return json({ jobs: [], pagination: { total: countOpen(state) } });
  const prompt = state.prompts.get(promptId);
  if (!prompt || prompt.state === 'finished') return json({ cancelled: false });
  if (prompt.state === 'pending') state.prompts.delete(promptId);
  prompt.interrupted.resolve();
  return json({ cancelled: true });
}

/** The next recorded answer for this call, or the last one again. */
function fromRecording(state: ReplayState, request: SeenRequest): ReplayAnswer {
  const { exchanges } = state.transcript;
  const matching = exchanges
    .map((exchange, index) => ({ exchange, index }))
    .filter(({ exchange }) => exchange.method === request.method && exchange.path === request.path);
  const next = matching.find(({ index }) => !state.usedExchanges.has(index)) ?? matching.at(-1);
  if (!next) return { status: 404, contentType: 'text/plain', body: Buffer.from('404: Not Found') };
  state.usedExchanges.add(next.index);
  return next.exchange;
}
