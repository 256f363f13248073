import { z } from 'zod';
import { dataKeys, jwtKeys, whole } from './values.ts';

/** Keys, sessions, registration and credits. */
export const accountsEnv = {
  JWT_KEYS: jwtKeys.describe('Signing keys kid:secret,…; the first signs, all verify'),
  DATA_KEYS: dataKeys.describe(
    'Keys kid:secret,… that secrets are encrypted with in the database; the first encrypts, all decrypt',
  ),
  ACCESS_TOKEN_MINUTES: whole(15, 1, 24 * 60).describe('Life of an access token'),
  SESSION_HOURS: whole(24, 1, 24 * 90).describe('Life of a session without a refresh'),
  SESSION_DAYS: whole(90, 1, 3_650).describe('Life of a session, however often it is refreshed'),
  REFRESH_REPEAT_SECONDS: whole(30, 0, 600).describe(
    'Seconds in which a repeated refresh of the same client gets the same answer; 0: a repeated one ends the session',
  ),
  ADMIN_USERNAME: z.string().default('admin').describe('Name of the first administrator'),
  ADMIN_PASSWORD: z
    .string()
    .min(12, { message: 'must have 12 characters or more' })
    .optional()
    .describe('Password of the first administrator; used when the account is made'),
  ADMIN_SECOND_FACTOR: z
    .enum(['optional', 'required'])
    .default('optional')
    .describe('Whether an administrator without a second factor may do more than set one up'),
  REGISTRATION: z
    .enum(['open', 'invited', 'closed'])
    .default('open')
    .describe('Who may register: anybody, who has an invite, or nobody'),
  EXPLORE: z.enum(['on', 'off']).default('on').describe('Whether people see what others here have published'),
  REGISTRATIONS_PER_ADDRESS: whole(5, 1).describe(
    'Accounts that may be registered from one address a day; of IPv6 from one /64',
  ),
  REGISTRATIONS_PER_NETWORK: whole(25, 1).describe('The same from one network: an IPv4 /24, an IPv6 /48'),
  FIRST_USES_PER_KEY: whole(500, 1).describe(
    'Accounts that first uses through one service key may make an hour, such as those in Discord',
  ),
  SIGN_UP_GRANT: whole(100).describe('Credits a new account starts with'),
  SIGN_UP_GRANT_LOCK_DAYS: whole(30, 0, 3_650).describe(
    'Days during which those can be spent but not given away',
  ),
  GIFTS_PER_DAY: whole(1_000_000_000, 0, 1_000_000_000).describe(
    'Credits a person may give away in a day, to people and servers together',
  ),
  SERVICE_GIFTS_PER_DAY: whole(20_000, 0, 1_000_000_000).describe(
    'Credits that all people together may give in a day through one service key, such as the bot, administrators included',
  ),
  DAILY_GRANT: whole(20).describe('Credits a person may fetch once a day'),
  DAILY_GRANT_LOCK_DAYS: whole(30, 0, 3_650).describe(
    'Days during which those can be spent but not given away',
  ),
  PRICE_PERCENT: whole(100, 1, 10_000).describe('Prices, as percent of those of the workflows'),
  MODEL_LICENCES: z
    .enum(['note', 'refuse'])
    .default('note')
    .describe('Models whose licence forbids selling: tell administrators, or refuse their tasks'),
  CANCEL_CHARGE: z
    .enum(['share', 'nothing'])
    .default('share')
    .describe(
      "What cancelling a task that runs costs: the share that was computed, or nothing; a graph of one's own always costs its time",
    ),
};
