import type { ShownAsset } from '@star-graph/core/library/assets/presentAsset';
import type { Progress } from '@star-graph/core/work/events/event';
import type { LiveEvent } from '@star-graph/core/work/events/liveEvent';
import { readPng } from '../../readResults.ts';
import type { GraphDeps } from '../graphDeps.ts';
import { isOver, isRunning, type Run } from '../runs/run.ts';
import type { ComfyMessage, ComfyPreview } from './frames.ts';
import { createRunMessages, type RunMessages } from './runMessages.ts';

/** Who is told, and how. */
interface Listener {
  userId: string;
  clientId: string;
  send(...messages: ComfyMessage[]): void;
  show(preview: ComfyPreview): void;
  /** A result, which is not left out as a preview may be. Resolves when the next one may follow. */
  hand(picture: ComfyPreview): Promise<void>;
}

/** Turns what happens to a person's graphs into ComfyUI's messages for one of their clients. */
interface RunTeller {
  /** The state at the beginning, also after a reconnect. */
  greet(): Promise<void>;
  /** To be called with one event after the other. */
  take(event: LiveEvent): Promise<void>;
}

const statusOf = (list: readonly Run[]): ComfyMessage => ({
  type: 'status',
  data: { status: { exec_info: { queue_remaining: list.filter((run) => !isOver(run)).length } } },
});

export function createRunTeller(deps: GraphDeps, listener: Listener): RunTeller {
  const { userId, clientId, send } = listener;
  const followed = new Map<string, RunMessages>();
  const follow = (run: Run, isUnderway = false): RunMessages => {
    const known = followed.get(run.task.id);
    if (known) return known;
    const messages = createRunMessages(deps, run, isUnderway);
    followed.set(run.task.id, messages);
    return messages;
  };

  /** The history has it by now: clients ask as soon as they are told. */
  async function end(run: Run, list: readonly Run[]): Promise<void> {
    const messages = follow(run);
    for (const { messages: told, picture } of messages.end(run)) {
      send(...told);
      if (picture) await hand(run, picture);
    }
    send(statusOf(list), ...messages.over());
    followed.delete(run.task.id);
  }

  /** One at a time: a graph may have many, and large ones. */
  async function hand({ promptId }: Run, { asset, nodeId }: { asset: ShownAsset; nodeId: string }) {
    const bytes = await readPng(deps, asset);
    await listener.hand({ mime: 'image/png', bytes, nodeId, promptId });
  }

  async function tell(run: Run, list: readonly Run[]): Promise<void> {
    if (isOver(run)) return end(run, list);
    send(statusOf(list));
    if (isRunning(run)) send(...follow(run).begin(false));
  }

  /** Events were missed: what ended meanwhile is told now. */
  async function catchUp(list: readonly Run[]): Promise<void> {
    send(statusOf(list));
    for (const run of list) if (isOver(run) && followed.has(run.task.id)) await end(run, list);
  }

  function advance(run: Run, progress: Progress): void {
    const { messages, preview } = follow(run).advance(progress);
    send(...messages);
    if (preview) listener.show(preview);
  }

  return {
    async greet() {
      const { list } = await deps.runs.read(userId);
      const { type, data } = statusOf(list);
      send({ type, data: { ...data, sid: clientId } });
      const mine = list.filter((run) => run.clientId === clientId && isRunning(run));
      const reached = await deps.progress.findProgress(mine.map(({ task }) => task.id));
      for (const run of mine) {
        follow(run, true);
        const node = reached.get(run.task.id)?.nodeId;
        // As ComfyUI: without the id of the prompt.
        if (node !== undefined) send({ type: 'executing', data: { node } });
      }
    },
    async take(event) {
      const { list } = await deps.runs.read(userId);
      if (event.type === 'state_snapshot') return catchUp(list);
      const run = list.find(({ task }) => task.id === event.taskId);
      if (!run) return;
      const isMine = run.clientId === clientId;
      if (event.type !== 'progress_update') return isMine ? tell(run, list) : send(statusOf(list));
      if (isMine && !isOver(run)) advance(run, (JSON.parse(event.body) as { data: Progress }).data);
    },
  };
}
