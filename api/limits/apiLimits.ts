import { type Env, publicUrlOf } from '@star-graph/core/ground/config/config';
import type { Database } from '@star-graph/core/ground/db/connect';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { LiveSettings } from '@star-graph/core/ground/settings/liveSettings';
import { recordLock } from '@star-graph/core/people/identity/credentials/signInTries';
import type { Logger } from 'pino';
import { createAccountBound } from './accountBound.ts';
import { createInviteThrottle, createVoucherThrottle } from './codeThrottles.ts';
import type { LimiterDeps } from './limiter.ts';
import { createMailThrottle } from './mailThrottle.ts';
import { createPerUserQueue } from './perUserQueue.ts';
import { createProgramThrottle } from './programThrottle.ts';
import { createRateLimits } from './rateLimits.ts';
import { createSignInThrottle } from './signInThrottle.ts';
import { createUploadSlots } from './uploadSlots.ts';

/** A refusal that is held back keeps its connection, which costs some kilobytes. */
const refusalsHeldBack = 2_000;
/** Requests of one person that wait for a connection to the database. */
const waitingPerUser = 100;

/** What bounds the requests of a process, as the environment and the settings say. */
export function createApiLimits(
  deps: LimiterDeps & { database: Database; clock: Clock; log: Logger },
  env: Env,
  settings: Pick<LiveSettings, 'latest'>,
) {
  return {
    rateLimits: createRateLimits(deps, {
      requestsPerMinute: () => settings.latest.REQUESTS_PER_MINUTE,
      requestsPerSecond: {
        inAll: env.REQUESTS_PER_SECOND,
        perUser: env.USER_REQUESTS_PER_SECOND,
        perAddress: env.ADDRESS_REQUESTS_PER_SECOND,
        perKey: env.KEY_REQUESTS_PER_SECOND,
      },
      heldBack: refusalsHeldBack,
    }),
    throttle: createSignInThrottle({ ...deps, noteLock: (lock) => recordLock(deps, lock) }),
    mailThrottle: createMailThrottle(deps),
    voucherThrottle: createVoucherThrottle(deps),
    inviteThrottle: createInviteThrottle(deps),
    programThrottle: createProgramThrottle(deps),
    accountBound: createAccountBound(deps, {
      perAddress: env.REGISTRATIONS_PER_ADDRESS,
      perNetwork: env.REGISTRATIONS_PER_NETWORK,
      perServiceKey: env.FIRST_USES_PER_KEY,
      publicUrl: publicUrlOf(env),
    }),
    takeUploadSlot: createUploadSlots({ perUser: env.UPLOADS_PER_USER, inAll: env.UPLOADS }),
    acceptances: createPerUserQueue({ atOnce: Math.ceil(env.DATABASE_POOL / 2), waiting: waitingPerUser }),
  };
}
