import type { EventView } from '@star-graph/contract/events';
import type { WallMessage } from '@star-graph/contract/guilds/activityRoutes';
import { findBlock, privacyOf, resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import { findFault } from '@star-graph/contract/guilds/placeFaults';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Problem } from '@star-graph/core/ground/errors';
import type { Room } from '@star-graph/core/people/guilds/activityRooms';
import { findGuildPolicy } from '@star-graph/core/people/guilds/guildPolicy';
import type { EventFeeds } from '@star-graph/core/work/events/eventFeeds';
import { listTasks } from '@star-graph/core/work/tasks/findTasks';
import type { ApiDeps } from '../apiDeps.ts';
import { readStored } from '../routes/guilds/readStored.ts';
import { presentTasks } from '../routes/tasks/presentTask.ts';
import { createWallTasks, type MayShow } from './wallTasks.ts';

/**
 * What the people in one of Discord's Activities make there, as they see it of each other: tasks that their person has
 * made for that room, while Discord says that their person is in it, and that the server's rules let be seen.
 */
export interface Walls {
  /**
   * Tells all that is on the wall, then what changes. Who is not in the room, or no longer, is told `closed`.
   * @returns what ends it.
   */
  open(roomId: string, userId: string, tell: Tell): Promise<() => void>;
}

type Tell = (message: WallMessage) => void;

type Deps = Pick<
  ApiDeps,
  'database' | 'clock' | 'log' | 'activity' | 'storage' | 'progress' | 'chargesCancel'
> & { feeds: Pick<EventFeeds, 'open'> };

/** How soon a wall sees that somebody has come or gone. */
const renewMs = 10_000;
const shownForMs = 12 * 3_600_000;
const tasksOfEach = 30;
/** A stage may hold more: these are the first that Discord names. */
const mostMembers = 100;

export function createWalls(deps: Deps): Walls | undefined {
  const { activity } = deps;
  if (!activity) return undefined;
  const { rooms } = activity;
  const walls = new Map<string, Wall>();

  /** Asks for everybody who looks whether they are still here. Where Discord does not answer, the last answer stays. */
  async function renew(roomId: string, wall: Wall): Promise<void> {
    for (const [leave, { userId, tell }] of wall.listeners) {
      try {
        await wall.follow(await rooms.require(roomId, userId));
      } catch (error) {
        if (error instanceof Problem && error.code === 'not-found') {
          leave();
          tell({ type: 'closed' });
        } else deps.log.warn({ err: error }, 'a wall could not be renewed');
      }
    }
    renewLater(roomId, wall);
  }

  function renewLater(roomId: string, wall: Wall): void {
    if (walls.get(roomId) === wall) wall.callOff = deps.clock.after(renewMs, () => void renew(roomId, wall));
  }

  function requireWall(roomId: string): Wall {
    const known = walls.get(roomId);
    if (known) return known;
    const wall = createWall(deps, roomId);
    walls.set(roomId, wall);
    renewLater(roomId, wall);
    return wall;
  }

  return {
    async open(roomId, userId, tell) {
      let room: Room;
      try {
        room = await rooms.require(roomId, userId);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        tell({ type: 'closed' });
        return () => {};
      }
      const wall = requireWall(roomId);
      const leave = () => {
        wall.listeners.delete(leave);
        if (wall.listeners.size > 0 || walls.get(roomId) !== wall) return;
        walls.delete(roomId);
        wall.end();
      };
      wall.listeners.set(leave, { userId, tell });
      try {
        await wall.follow(room);
      } catch (error) {
        leave();
        throw error;
      }
      tell(wall.present());
      return leave;
    },
  };
}

interface Wall {
  /** By what ends each. */
  listeners: Map<() => void, { userId: string; tell: Tell }>;
  callOff(): void;
  /** Shows what those make who are in the room; calls come one after the other. */
  follow(room: Room): Promise<void>;
  present(): WallMessage;
  end(): void;
}

interface Member {
  discordId: string;
  stop(): void;
}

function createWall(deps: Deps, roomId: string): Wall {
  const members = new Map<string, Member>();
  const tasks = createWallTasks(roomId);
  /** Events that come while tasks are read: what is read may be older. */
  let held: (() => void)[] | undefined;
  let following = Promise.resolve();
  let isOver = false;

  const tellAll = (message: WallMessage): void => {
    for (const { tell } of wall.listeners.values()) tell(message);
  };

  function take(userId: string, event: EventView): void {
    const apply = () => {
      const discordId = members.get(userId)?.discordId;
      if (discordId === undefined) return;
      for (const task of tasks.change({ userId, discordId }, event)) tellAll({ type: 'task', task });
    };
    if (held) held.push(apply);
    else apply();
  }

  function drop(userId: string): void {
    members.get(userId)?.stop();
    members.delete(userId);
    tasks.drop(userId);
  }

  async function add(userId: string, discordId: string): Promise<void> {
    const stop = await deps.feeds.open({ kind: 'user', id: userId }, { snapshot: false }, ({ body }) =>
      take(userId, JSON.parse(body) as EventView),
    );
    if (isOver) return stop();
    members.set(userId, { discordId, stop });
    for (const task of await readTasks(deps, userId)) tasks.show({ userId, discordId }, task);
  }

  async function followNow(room: Room): Promise<void> {
    tasks.mayShow = await readRule(deps, room);
    const present = new Map([...room.people].slice(0, mostMembers));
    const gone = [...members.keys()].filter((userId) => !present.has(userId));
    for (const userId of gone) drop(userId);
    const added = [...present].filter(([userId]) => !members.has(userId));
    held = [];
    try {
      for (const [userId, discordId] of added) await add(userId, discordId);
    } finally {
      const waiting = held;
      held = undefined;
      for (const apply of waiting) apply();
    }
    if (gone.length > 0 || added.length > 0) tellAll(wall.present());
  }

  const wall: Wall = {
    listeners: new Map(),
    callOff() {},
    follow(room) {
      const done = following.then(() => (isOver ? undefined : followNow(room)));
      following = done.catch(() => {});
      return done;
    },
    present: () => ({ type: 'wall', tasks: tasks.list() }),
    end() {
      isOver = true;
      wall.callOff();
      for (const { stop } of members.values()) stop();
    },
  };
  return wall;
}

async function readTasks(deps: Deps, userId: string): Promise<TaskView[]> {
  const from = new Date(deps.clock.now().getTime() - shownForMs);
  const found = await listTasks(deps.database, { userId, from }, { limit: tasksOfEach });
  return presentTasks(deps, found);
}

/** Whether the server's rules let a member's task be seen by others. */
async function readRule(deps: Deps, { guildId, channelId }: Room): Promise<MayShow> {
  if (guildId === undefined) return () => true;
  // Roles say who may use the bot, and are not asked for here.
  const { roleIds: _roleIds, ...policy } = readStored(await findGuildPolicy(deps.database, guildId));
  const place = { guildId, channelIds: [channelId], roleIds: [], isAgeRestricted: false };
  const isHidden = privacyOf(resolvePlaceRules(policy, place)) === 'always';
  return (discordId, { workflow, params }) =>
    !isHidden &&
    !findBlock(policy, discordId, deps.clock.now().getTime()) &&
    !findFault(policy, place, { workflow: workflow.name, params });
}
