import pino from 'pino';
import { envSchema } from '../../ground/config/config.ts';
import { connectDatabase } from '../../ground/db/connect.ts';
import { describeDatabaseFault } from '../../ground/db/databaseFault.ts';
import { createRedis } from '../../ground/redis/createRedis.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { findByName } from '../../people/identity/accounts/accounts.ts';
import { removeSecondFactor } from './secondFactor.ts';

/** The way out for an only administrator who lost their second factor: `npm run sg -- second-factor NAME`. */
const needed = envSchema.pick({ DATABASE_URL: true, REDIS_URL: true, REDIS_PREFIX: true });
const { data: env } = needed.safeParse(process.env);
const [username] = process.argv.slice(2);
if (!env || username === undefined) {
  console.error('Set DATABASE_URL and REDIS_URL as the API has them, and give a user name.');
  process.exit(1);
}
const log = pino({ level: 'warn' });
const database = connectDatabase({ url: env.DATABASE_URL, poolSize: 2 });
const redis = createRedis({ url: env.REDIS_URL, onError: (err) => log.debug({ err }, 'Redis failed') });
try {
  const person = await findByName(database, username.toLowerCase());
  if (!person) throw new Error(`Nobody has the user name "${username}".`);
  const stores = { database, redis, prefix: env.REDIS_PREFIX, clock: systemClock, log };
  await removeSecondFactor(stores, null, person.id);
  console.log(
    `${username} has no second factor now and is signed out. Sign in by password and set up a new one.`,
  );
} catch (error) {
  console.error(
    describeDatabaseFault(error, env.DATABASE_URL) ?? (error instanceof Error ? error.message : error),
  );
  process.exitCode = 1;
} finally {
  redis.disconnect();
  await database.destroy();
}
