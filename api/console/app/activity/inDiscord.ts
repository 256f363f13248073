import { computed, signal } from '@preact/signals';
import type { RoomView, WallMessage, WallTask } from '@star-graph/contract/guilds/activityRoutes';

/** Discord's client opens the page with this in its address, whatever the name of the host. */
export const isInDiscord = new URLSearchParams(location.search).has('frame_id');

/** Where the page is, once its person is let in. */
export interface Room extends RoomView {
  id: string;
  /** Leads out of Discord, after Discord has asked the person. */
  leave(url: string): void;
}

export const room = signal<Room | undefined>(undefined);
/** What the people in the room make, by its id; undefined before the room has told. */
export const wall = signal<ReadonlyMap<string, WallTask> | 'closed' | undefined>(undefined);
/** Names by Discord's numbers, as Discord's client tells them. They are shown, and nothing rests on them. */
export const names = signal<ReadonlyMap<string, string>>(new Map());
export const isShowing = signal(true);
export const workingCount = computed(() =>
  wall.value instanceof Map
    ? [...wall.value.values()].filter(({ finishedAt }) => finishedAt === undefined).length
    : 0,
);
/** How the page got in, or why not. */
export const entry = signal<'entering' | 'declined' | 'silent' | { error: unknown } | undefined>(
  isInDiscord ? 'entering' : undefined,
);

/** What lets the page in did not come. */
export const failEntry = (error: unknown): void => {
  entry.value = { error };
};

/** What a task says of the room that it is made in. */
export const roomMeta = (): { room?: string } =>
  room.value && isShowing.value ? { room: room.value.id } : {};

export function takeWallMessage(message: WallMessage): void {
  if (message.type === 'closed') wall.value = 'closed';
  else if (message.type === 'wall') wall.value = new Map(message.tasks.map((task) => [task.id, task]));
  else if (wall.value instanceof Map) {
    const known = wall.value.get(message.task.id)?.progress.preview;
    const { task } = message;
    // A frame that did not come this time is the last one.
    const progress = known && !task.progress.preview ? { ...task.progress, preview: known } : task.progress;
    wall.value = new Map(wall.value).set(task.id, { ...task, progress });
  }
}

/** Links that the server writes lead to its own name, which a page in Discord may not ask: the proxy leads there too. */
export const answers = { read: (text: string): string => text };

/** As the contract has it; the contract itself would bring all its schemas along. */
export const roomTopic = '/topic/rooms/';
