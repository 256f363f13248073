import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Cluster } from '../cluster/cluster.ts';
import type { TrialHistory } from './history.ts';
import { noteEvent } from './noteEvent.ts';
import type { Person } from './person.ts';

interface Deps {
  clock: Clock;
  cluster: Cluster;
  history: TrialHistory;
  person: Person;
  signal: AbortSignal;
}

const againAfterMs = 100;
/** The server says something every 15 s; a process that was stopped says nothing. */
const silenceMs = 20_000;

/**
 * Follows one task by server-sent events, over all APIs and crashes, until its end is reported. Rejects when the
 * trial ends first.
 */
export async function followBySse(deps: Deps, taskId: string, first: 0 | 1): Promise<void> {
  let lastEventId: string | undefined;
  for (let tries = 0; ; tries++) {
    const api = deps.cluster.apis[(first + tries) % 2 === 0 ? 0 : 1];
    const silence = new AbortController();
    try {
      const url = `${api.url}/api/v1/tasks/${taskId}/events`;
      for await (const message of readEvents(deps, url, lastEventId, silence)) {
        if (message.id !== undefined) lastEventId = message.id;
        const { length } = deps.history.sightings;
        noteEvent(deps.history, JSON.parse(message.data), 'sse');
        if (deps.history.sightings.length > length) return;
      }
    } catch {
      deps.signal.throwIfAborted();
    }
    await deps.clock.sleep(againAfterMs, deps.signal);
  }
}

async function* readEvents(
  { person, signal }: Deps,
  url: string,
  lastEventId: string | undefined,
  silence: AbortController,
): AsyncGenerator<{ id?: string | undefined; data: string }> {
  const timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const response = await fetch(url, {
      headers: {
        Authorization: `Bearer ${person.accessToken}`,
        ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (response.status !== 200 || !response.body) throw new Error(`HTTP ${response.status}`);
    const onComment = () => timer.refresh();
    const events = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream({ onComment }));
    for await (const event of events) {
      timer.refresh();
      yield event;
    }
  } finally {
    clearTimeout(timer);
  }
}
