import { listAnnouncements } from '@star-graph/core/admin/announcements';
import { createFreshView } from '@star-graph/core/runtime/freshView';
import { summarisePool } from '@star-graph/core/tasks/queueState';
import { register } from 'prom-client';
import type { ApiDeps } from '../apiDeps.ts';
import type { AnnouncementView } from '../contract/public.ts';
import { priceOfExample } from '../presenters/presentWorkflows.ts';
import { apiVersion, minClientVersion, version } from '../version.ts';
import type { Handlers } from './handler.ts';
import { createMetricsRule } from './metricsRule.ts';
import { pageById } from './pages.ts';

type PlatformOperation =
  | 'getStatus'
  | 'getPricing'
  | 'listAnnouncements'
  | 'getHealth'
  | 'getReadiness'
  | 'getMetrics';

/** Whoever asks, and however often: the database is asked once in this time, and the registry read once. */
const answerLifeMs = 1_000;

export function createPlatformHandlers(deps: ApiDeps): Handlers<PlatformOperation> {
  const readiness = createFreshView(deps, answerLifeMs, () => readReadiness(deps));
  const metrics = createFreshView(deps, answerLifeMs, () => register.metrics());
  const requireMetricsReader = createMetricsRule(deps);
  return {
    async getStatus() {
      const pool = await summarisePool(deps.queue);
      return { version, apiVersion, minClient: minClientVersion, registration: deps.registration, pool };
    },
    async getPricing() {
      const offered = await deps.catalogue.listWorkflows();
      return {
        signUpGrant: deps.config.SIGN_UP_GRANT,
        dailyGrant: deps.config.DAILY_GRANT,
        workflows: offered.map((item) => ({
          name: item.workflow.name,
          version: item.workflow.version,
          exampleCost: priceOfExample(item),
        })),
      };
    },
    listAnnouncements({ query }) {
      return pageById(query, {
        list: (page) => listAnnouncements(deps.database, { inForceAt: deps.clock.now() }, page),
        idOf: ({ id }) => id,
        present: (announcements) => announcements.map(presentAnnouncement),
      });
    },
    async getHealth() {
      return { status: 'ok' };
    },
    async getReadiness({ ctx }) {
      const answer = await readiness.read();
      if (!answer.ready) ctx.status = 503;
      return answer;
    },
    async getMetrics({ ctx }) {
      await requireMetricsReader(ctx);
      ctx.type = register.contentType;
      ctx.body = await metrics.read();
      return undefined;
    },
  };
}

/** Without Redis requests are slower and events late, but they are served. */
async function readReadiness(deps: Pick<ApiDeps, 'database' | 'redis'>) {
  const [database, redis] = await Promise.all([
    answers(() => deps.database.raw('SELECT 1'), databaseLimitMs),
    answersRedis(deps.redis),
  ]);
  return { ready: database, database, redis };
}

const databaseLimitMs = 2_000;
/** Short, because who asks whether we are ready waits for it, and the answer does not hang on it. */
const redisLimitMs = 500;

/** A command on a connection that is away would wait for the next try to connect. */
const answersRedis = async (redis: ApiDeps['redis']): Promise<boolean> =>
  redis.status === 'ready' && (await answers(() => redis.ping(), redisLimitMs));

/** Whether something answers in time. */
async function answers(ask: () => PromiseLike<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const answered = Promise.resolve(ask()).then(
    () => true,
    () => false,
  );
  const result = await Promise.race([answered, late]);
  clearTimeout(timer);
  return result;
}

type Announcement = Awaited<ReturnType<typeof listAnnouncements>>[number];

export const presentAnnouncement = ({
  id,
  message,
  createdAt,
  expiresAt,
}: Announcement): AnnouncementView => ({
  id,
  message: { en: message.en ?? '', 'zh-CN': message['zh-CN'] ?? '' },
  createdAt: createdAt.toISOString(),
  ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
});
