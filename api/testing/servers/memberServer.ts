import { Asset } from '@star-graph/core/ground/db/models/asset';
import { Task } from '@star-graph/core/ground/db/models/task';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createQueuedTask } from '@star-graph/core/testing/db/factories';
import { actFor, newSnowflake } from '../calls/discord.ts';
import type { TestApi, TestPlatform } from './apiServer.ts';
import { apiFixture, platformFixture, type ServiceKey, serviceKeyFixture } from './fixtures.ts';

/** A person for whom the bot acts. */
export interface Member {
  token: string;
  headers: Record<string, string>;
  userId: string;
}

/** An API with a service key, people for whom it acts, and results of theirs that were not computed. */
interface MemberServer {
  platform: TestPlatform;
  api: TestApi;
  serviceKey: ServiceKey;
  newMember(): Promise<Member>;
  /** A finished task of this person, with its results. */
  makeResult(
    userId: string,
    values?: { at?: Date; count?: number; meta?: object },
  ): Promise<{ task: Task; assets: Asset[]; assetId: string }>;
}

export function memberFixture(env: Record<string, string>, clock: Clock = systemClock): MemberServer {
  const platform = platformFixture({ hasForgedTasks: true });
  const api = apiFixture(platform, { SIGN_UP_GRANT: '1000', ...env }, { clock });
  const serviceKey = serviceKeyFixture(api);
  return {
    platform,
    api,
    serviceKey,
    async newMember() {
      const headers = actFor(newSnowflake());
      const profile = await api.call('/api/v1/users/profile', { token: serviceKey.key, headers });
      return { token: serviceKey.key, headers, userId: profile.body.id };
    },
    async makeResult(userId, { at = new Date(), count = 1, meta = {} } = {}) {
      const { database } = platform.db;
      const task = await createQueuedTask(database, userId, { meta, createdAt: at });
      await Task.query(database).findById(task.id).patch({ status: 'succeeded', finishedAt: at });
      const assets: Asset[] = [];
      for (let position = 0; position < count; position++)
        assets.push(
          await Asset.query(database).insertAndFetch({
            id: newId(),
            userId,
            taskId: task.id,
            position,
            kind: 'output',
            mime: 'image/png',
            width: 8,
            height: 8,
            bytes: 1,
            sha256: 'c'.repeat(64),
            storageKey: `outputs/${task.id}/${position}.png`,
            createdAt: at,
          }),
        );
      return { task, assets, assetId: assets[0]?.id ?? '' };
    },
  };
}

export const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
