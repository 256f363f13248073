import { LRUCache } from 'lru-cache';
import type { Database } from '../../ground/db/connect.ts';
import { Identity } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import type { ActivityInstance, DiscordApi } from './discordApi.ts';

/** A running Activity in a channel, and the accounts of those who are in it. */
export interface Room extends Omit<ActivityInstance, 'people'> {
  /** Discord's number by account. */
  people: ReadonlyMap<string, string>;
}

/**
 * Who is in a room is what Discord says, never what a client does. It is asked again after some seconds, and at once for
 * somebody who is not in the last answer: they may have come since.
 */
export interface Rooms {
  /**
   * The room with that id, for somebody who is in it.
   * @throws Problem `not-found` for everybody else, `unavailable`.
   */
  require(id: string, userId: string): Promise<Room & { discordId: string }>;
}

interface Asked {
  atMs: number;
  instance: Promise<ActivityInstance | undefined>;
}

const freshMs = 9_000;
/** A stranger who tries again and again does not make Discord be asked for each try. */
const strangerMs = 2_000;
const mostKept = 1_000;

export function createRooms(deps: {
  database: Database;
  clock: Pick<Clock, 'monotonicMs'>;
  discord: Pick<DiscordApi, 'findInstance'>;
}): Rooms {
  const asked = new LRUCache<string, Asked>({ max: mostKept });
  const strangers = new LRUCache<string, number>({ max: mostKept });
  const nowMs = () => deps.clock.monotonicMs();

  /** @param sinceMs an answer that was asked for before is too old. */
  function ask(id: string, sinceMs: number): Promise<ActivityInstance | undefined> {
    const known = asked.get(id);
    if (known && known.atMs >= sinceMs) return known.instance;
    const asking: Asked = { atMs: nowMs(), instance: deps.discord.findInstance(id) };
    asked.set(id, asking);
    asking.instance.catch(() => {
      if (asked.get(id) === asking) asked.delete(id);
    });
    return asking.instance;
  }

  async function find(id: string, sinceMs: number): Promise<Room | undefined> {
    const instance = await ask(id, sinceMs);
    if (!instance) return undefined;
    const { people: present, ...place } = instance;
    const known = await Identity.query(deps.database)
      .where({ provider: 'discord' })
      .whereIn('subject', [...present])
      .select('userId', 'subject');
    return { ...place, people: new Map(known.map(({ userId, subject }) => [userId, subject])) };
  }

  return {
    async require(id, userId) {
      const name = `${id} ${userId}`;
      const cameMs = nowMs();
      const isStranger = cameMs - (strangers.get(name) ?? -Infinity) < strangerMs;
      let room = await find(id, cameMs - freshMs);
      if (!room?.people.has(userId) && !isStranger) {
        strangers.set(name, cameMs);
        room = await find(id, cameMs);
      }
      const discordId = room?.people.get(userId);
      if (!room || discordId === undefined) throw notThere();
      strangers.delete(name);
      return { ...room, discordId };
    },
  };
}

const notThere = () =>
  new Problem('not-found', 'Discord knows no Activity by this id that you are in. Open it again in Discord.');
