import type { ApiDeps } from '../../apiDeps.ts';

/** Without Redis requests are slower and events late, but they are served. */
export async function readReadiness(deps: Pick<ApiDeps, 'database' | 'redis'>) {
  const [database, redis] = await Promise.all([
    answers(() => deps.database.raw('SELECT 1'), databaseLimitMs),
    answersRedis(deps.redis),
  ]);
  return { ready: database, database, redis };
}

const databaseLimitMs = 2_000;

/** Short, because the caller waits for it, and the answer does not depend on it. */
const redisLimitMs = 500;

/** A command on a lost connection would wait for the next reconnect. */
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
