import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createDstack } from '@star-graph/core/desk/renting/dstack';
import type { RentingConfig } from '@star-graph/core/desk/renting/renting';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { dropGuards } from '@star-graph/core/ground/db/guards';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createStorage } from '@star-graph/core/ground/storage/createStorage';
import { hashPassword } from '@star-graph/core/people/identity/accounts/passwords';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { type History, writeHistory } from '@star-graph/core/testing/db/history';
import { explainStatements, type PlanRules, type QueryPlan } from '@star-graph/core/testing/db/queryPlans';
import { recordStatements } from '@star-graph/core/testing/db/statements';
import { countForPlans } from '@star-graph/core/testing/db/statistics';
import { eventually, startDispatcherHere } from '@star-graph/core/testing/dispatch/dispatchSetup';
import { testAuthority } from '@star-graph/core/testing/services/certificates';
import { type DstackStandIn, startDstackStandIn } from '@star-graph/core/testing/services/dstackStandIn';
import { startModelSites } from '@star-graph/core/testing/services/modelSites';
import { startStripeStandIn } from '@star-graph/core/testing/stripeStandIn';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startProgramSite } from './doors/testing/program.ts';
import { callEveryOperation } from './testing/calls/everyOperation.ts';
import { describeWalk } from './testing/calls/operationWalk.ts';
import { connectStomp, status } from './testing/calls/stompClient.ts';
import { listLoopFiles } from './testing/loopFiles.ts';
import {
  createTestPlatform,
  startTestApi,
  type TestApi,
  type TestPlatform,
} from './testing/servers/apiServer.ts';
import { startDiscordServer } from './testing/servers/discordServer.ts';
import { paymentEnv } from './testing/servers/paymentServer.ts';

/** Enough for a full scan to show. `HISTORY_TASKS=1000000 npm test -- api/queryPlans` takes minutes and shows times. */
const tasks = Number(process.env.HISTORY_TASKS ?? 12_000);
const size = { tasks, queued: Math.ceil(tasks / 10), people: Math.max(1_000, Math.ceil(tasks / 100)) };
const timeoutMs = 240_000 + tasks * 2;

const rules: PlanRules = {
  bounded: {
    knex_migrations: 'one row for each migration',
    leader: 'one row',
    dispatchers: 'one for each process that lives',
    backends: 'the pool',
    inventories: 'the pool',
    slots: 'two for each of the pool',
    run_times: 'workflows times the pool',
    workflows: 'what operators added by hand',
    bot_shards: 'one for each Discord bot that shares its shards',
    guild_policies: 'one for each Discord server',
    guild_credits: 'one for each Discord server',
    announcements: 'what administrators wrote by hand',
    account_joins: 'accounts that were joined a minute ago, or whose rows still move',
    moved_tasks: 'what administrators moved by hand within an hour, or still waits',
    settings: 'a handful',
    role_policies: 'what administrators wrote by hand',
    credit_packages: 'what administrators wrote by hand',
    signing_keys: 'one for each rotation',
    seal_keys: 'one for each data key that ever was',
    voucher_batches: 'what administrators wrote by hand',
    invites: 'what administrators made by hand',
    person_policies: 'what administrators wrote by hand',
    people_groups: 'what administrators made by hand: 200 at most',
    ledger_checks: 'thirty are kept',
    model_entries: 'what administrators wrote by hand, and what stands in their folder',
    webhook_events: 'what waits a moment for its webhooks, or was set aside within a week',
    join_codes: 'what administrators made within an hour',
    pool_agents: 'the pool',
    rentals: 'those that are rented, and those that ended within the days of tasks',
    rental_decisions: 'one row',
    model_fetches: 'a row for each model file of a server of the pool',
    model_marks: 'model files that failed on a server of the pool within a week',
  },
  mostRows: 2_000,
  exceptions: [
    {
      shape: /assets_months/,
      mostRows: 100_000,
      because: 'entries of one index, those of one month of one person, each read once',
    },
    {
      shape:
        /ledger_entries|from `transfers` where `id` > \? order by `id` asc limit \? offset|from transfers h/i,
      mostRows: 40_000,
      because:
        'a page of the ledger check: ten thousand entries, read once or twice more while they are added up',
    },
    {
      shape:
        /^select (?!`tasks`\.\*).* from `?tasks`? where `?status`? (?:= \?|in \(\?\))(?! order by `id` desc)/i,
      mostRows: size.queued * 12 + 2_000,
      because: 'the unfinished tasks, of which OPEN_TASKS may be; windows over them are sorted',
    },
  ],
};

/** The loops that began, by name and starter, and those that finished a round. */
const loops = vi.hoisted(() => ({ begun: new Map<string, string>(), driven: new Set<string>() }));
vi.mock('@star-graph/core/ground/runtime/loop', async (importActual) => {
  const actual = await importActual<typeof import('@star-graph/core/ground/runtime/loop')>();
  const startLoop: typeof actual.startLoop = (deps, options, round) => {
    loops.begun.set(options.name, new Error().stack ?? '');
    return actual.startLoop(deps, options, async () => {
      await round();
      loops.driven.add(options.name);
    });
  };
  return { ...actual, startLoop };
});

let platform: TestPlatform;
let api: TestApi;
let history: History;
let plans: QueryPlan[];
let uncalled: string[];

beforeAll(async () => {
  platform = await createTestPlatform();
  history = await writeHistory(platform.db, size);
  using record = recordStatements(basename(platform.db.url));
  uncalled = await drive();
  await countForPlans(platform.db.database);
  // Statements are run again to be explained, on rows that have long moved on.
  await dropGuards(platform.db.database);
  plans = await explainStatements(platform.db.database, record.list(), rules);
}, timeoutMs);
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
});

const password = 'long enough for all';

async function drive(): Promise<string[]> {
  const { database } = platform.db;
  await database('users')
    .whereIn('username', ['person0', 'person1'])
    .update({ passwordHash: await hashPassword(password) });
  await using stripe = await startStripeStandIn();
  await using programs = await startProgramSite();
  await using discord = await startDiscordServer();
  await using modelSites = await startModelSites();
  const bounds = { OPEN_TASKS: String(2 * size.queued + 1_000) };
  const settings = {
    ...paymentEnv(stripe),
    ...discord.env,
    ...bounds,
    SIGN_UP_GRANT: '100',
    HUGGINGFACE_URL: modelSites.huggingface,
  };
  const links = { isAllowedAddress: () => true, authority: testAuthority };
  api = await startTestApi(platform, settings, links);
  await using _api = { [Symbol.asyncDispose]: () => api.stop() };
  await using backend = await startPreviewBackend({
    flags: ['--instant', '--threads', '1'],
  });
  const env = parseConfig(platform.env);
  const storage = await createStorage({ clock: systemClock, warn: () => undefined }, env);
  const stores = {
    databaseUrl: platform.db.url,
    redisUrl: platform.redis.url,
    prefix: platform.redis.prefix,
    storage,
  };
  // Work that is due once a minute runs every five seconds here.
  const hastyClock = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(Math.min(ms, 5_000), signal),
  };
  const retention = { assetDays: 24.9, taskDays: 24.9, mostPercent: 25 };
  const found = { urls: [] as string[], leaving: [], refused: [] };
  const source = { name: 'dns+a://gpu.example:8188', find: async () => found };
  await using dstack = await startDstackStandIn();
  const renting = describeRenting(dstack, env.DATA_DIR);
  await using _dispatcher = await startDispatcherHere(
    { ...stores, directory: join(env.DATA_DIR, 'dispatcher') },
    { retention, renting, discovery: { sources: [source], intervalMs: 1_000, graceMs: 60_000 } },
    hastyClock,
  );
  const signIn = await api.call('/api/v1/auth/login', { body: { username: 'person0', password } });
  const admin = await api.signInAsAdmin();
  const service = (await api.call('/api/admin/service-keys', { token: admin, body: { name: 'bot' } })).body
    .key;
  await api.call('/api/admin/backends', { token: admin, body: { url: backend.url } });
  found.urls.push(backend.url);
  const token = signIn.body.accessToken;
  await eventually(async () =>
    expect((await api.call('/api/v1/generate/text2img/quote', { token, body: { prompt: 'x' } })).status).toBe(
      200,
    ),
  );
  await using _stomp = await connectStomp(`${api.url.replace('http', 'ws')}/ws`, service);
  await _stomp.listen(status);
  const uncalled = await callEveryOperation(
    await describeWalk({
      stripe,
      programs,
      modelSites,
      discord,
      api,
      platform,
      history,
      password,
      tokens: { user: token, admin, service },
    }),
  );
  await eventually(() => expect([...loops.driven].sort()).toEqual([...loops.begun.keys()].sort()));
  return uncalled;
}

/** One machine at most, of a stand-in's. */
function describeRenting({ url, token }: DstackStandIn, directory: string): RentingConfig {
  const configurationFile = join(directory, 'task.yml');
  writeFileSync(configurationFile, 'type: task\ncommands: [./join.sh]\n');
  return {
    provider: createDstack({ url, token, project: 'main', configurationFile, prefix: 'sg' }),
    rules: { most: 1, budgetPerDay: 10, idleMs: 600_000, startMs: 300_000 },
    prefix: 'sg',
    publicUrl: 'https://pictures.example',
    intervalMs: 5_000,
  };
}

test('every loop was driven', async () => {
  const stacks = [...loops.begun.values()].join();
  expect((await listLoopFiles()).filter((file) => !stacks.includes(`/core/${file}`))).toEqual([]);
});

test('every operation of the contract was called', () => {
  expect(uncalled).toEqual([]);
  // The payer is the server, not the person.
  expect(plans.some(({ shape }) => /^update `member_days` set `shared_credits`/.test(shape))).toBe(true);
});

test('no statement reads or sorts a growing table', () => {
  if (process.env.HISTORY_TASKS !== undefined) console.log(describeSlowest(plans));
  const faults = plans.filter((plan) => plan.faults.length > 0);
  expect(faults.map((one) => [one.shape, ...one.plan, ...one.faults].join('\n')).join('\n\n')).toBe('');
});

const describeSlowest = (all: readonly QueryPlan[]): string =>
  all
    .toSorted((a, b) => b.slowestMs - a.slowestMs)
    .slice(0, 20)
    .map(({ slowestMs, rowsRead, shape, plan }) =>
      [`${Math.round(slowestMs)} ms, ${rowsRead} rows read: ${shape}`, ...plan].join('\n  '),
    )
    .join('\n');
