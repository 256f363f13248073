import { randomUUID } from 'node:crypto';
import type { Graph } from '@star-graph/workflows/graph/graph';
import { type Logger, pino } from 'pino';
import type { ComfyClient, ComfyConfig, ExecutionEvent, Outcome, PostResult } from '../../comfy/comfy.ts';
import { createComfyClient } from '../../comfy/comfyClient.ts';
import { type Clock, systemClock } from '../../ground/runtime/clock.ts';
import { eventually } from '../eventually.ts';
import { type ReplayComfy, startReplayComfy } from './replayComfy.ts';

interface FollowedRun {
  promptId: string;
  events: ExecutionEvent[];
  outcome: Promise<Outcome>;
  posted: Promise<PostResult>;
}

interface ReplayClient extends AsyncDisposable {
  server: ReplayComfy;
  client: ComfyClient;
  /** The client's log, newest entry last. */
  logged: Record<string, unknown>[];
  /** Follows and then posts the graph of the next episode (or another graph). */
  run(graph?: Graph): FollowedRun;
}

/** Short, so that a test waits only milliseconds for the client's next poll. */
const shortTimes = {
  pollIntervalMs: 25,
  silentAfterMs: 200,
  forgottenAfterMs: 60,
  unreachableAfterMs: 150,
} as const;

/** A connected client of a server that plays `recordings/<name>.json`; both end with the test that disposes of it. */
export async function startReplayClient(
  name: string,
  config: Omit<ComfyConfig, 'url'> & { clock?: Clock } = {},
): Promise<ReplayClient> {
  const server = await startReplayComfy(name);
  const logged: Record<string, unknown>[] = [];
  const { clock = systemClock, ...rest } = config;
  const deps = { clock, logger: collectLog(logged) };
  const client = createComfyClient(deps, { url: server.url, ...shortTimes, ...rest });
  // A test's limits may be shorter than a busy machine takes to connect.
  await eventually(() => client.connect());
  let posts = 0;
  return {
    server,
    client,
    logged,
    run(graph = server.episodes[posts]?.graph ?? {}) {
      posts += 1;
      const promptId = randomUUID();
      const events: ExecutionEvent[] = [];
      const outcome = client.follow({ promptId, graph }, (event) => events.push(event));
      return { promptId, events, outcome, posted: client.post(promptId, graph) };
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function collectLog(lines: Record<string, unknown>[]): Logger {
  return pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) });
}
