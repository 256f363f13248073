import { findBuiltin } from '@star-graph/workflows/builtin';
import { connectDatabase } from '../../ground/db/connect.ts';

/*
 * A platform that has run for months, written by the database server itself: a row for each whole number, computed
 * from it. Ids are UUIDv7 of the times, so that they sort as real ones do, and the books add up.
 */

interface HistorySize {
  /** Finished tasks; each with a hold and a settlement of two entries each, an attempt, an output and an event. */
  tasks: number;
  /** Tasks that wait for a model that no backend has; half of them are one person's dump. */
  queued: number;
  people: number;
}

export interface History {
  /** This person has half of the finished tasks, and none that is queued. */
  heavyUserId: string;
  /** This person has half of the queue. */
  dumpUserId: string;
  /** One of the many. */
  otherUserId: string;
}

const dayMs = 24 * 3_600_000;
/** Below the days after which finished tasks and assets go, so that retention deletes nothing of it. */
const historyMs = 25 * dayMs;
const rowsAStatement = 50_000;
const startCredits = 100_000_000;
const kinds = [
  'user',
  'task',
  'hold',
  'settle',
  'queued',
  'queuedHold',
  'grant',
  'gift',
  'asset',
  'other',
] as const;

/** The UUIDv7 of row `n` of a kind, made at a moment. */
const idSql = (kind: (typeof kinds)[number], ms: string, n: string): string =>
  `CONCAT(LEFT(LPAD(LOWER(HEX(${ms})), 12, '0'), 8), '-', RIGHT(LOWER(HEX(${ms})), 4),
    '-7000-800${kinds.indexOf(kind)}-', LPAD(LOWER(HEX(${n})), 12, '0'))`;

/** Whole numbers as a table, in words that MySQL and MariaDB share. */
export function numbersSql(from: number, to: number): string {
  const digits = Array.from({ length: 10 }, (_, d) => `SELECT ${d} AS d`).join(' UNION ALL ');
  const places = [10_000, 1_000, 100, 10, 1].filter((place) => place === 1 || place < to - from);
  const sum = places.map((place) => `p${place}.d * ${place}`).join(' + ');
  const tables = places.map((place) => `(${digits}) p${place}`).join(' CROSS JOIN ');
  return `(SELECT ${from} + ${sum} AS n FROM ${tables} HAVING n < ${to}) numbers`;
}

/** Fills a migrated database: a million tasks take minutes, ten thousand seconds. */
export async function writeHistory({ url }: { url: string }, size: HistorySize): Promise<History> {
  const nowMs = Date.now();
  const { inserts, balances, userId } = describeRows(size, nowMs);
  // One connection for all, since the switches are its own.
  const database = connectDatabase({ url, poolSize: 1, statementTimeoutMs: 10 * 60_000 });
  try {
    await database.raw('SET SESSION unique_checks = 0, foreign_key_checks = 0');
    for (const [rows, insert] of inserts)
      for (let from = 0; from < rows; from += rowsAStatement)
        await database.raw(`${insert} FROM ${numbersSql(from, Math.min(rows, from + rowsAStatement))}`);
    await database.raw(balances);
    await database.raw(`ANALYZE TABLE ${analyzed.join(', ')}`);
    const [[ids]] = (await database.raw(
      `SELECT ${userId('0')} AS heavyUserId, ${userId('1')} AS dumpUserId, ${userId('9')} AS otherUserId`,
    )) as [[History]];
    return { ...ids };
  } finally {
    await database.destroy();
  }
}

const analyzed = [
  ...['tasks', 'transfers', 'ledger_entries', 'balances', 'assets', 'attempts', 'outbox', 'users', 'audit'],
  ...[
    'sessions',
    'webhook_deliveries',
    'webhook_events',
    'webhooks',
    'api_keys',
    'idempotency',
    'asset_shares',
    'link_codes',
  ],
  ...['refresh_tokens', 'identities', 'email_addresses', 'email_verifications'],
];

/** With all that the workflow fills in: a task whose params it cannot read is looked at again in each round. */
const completeParams = JSON.stringify(
  findBuiltin('text2img')?.params.parse({ prompt: 'a lighthouse', model: 'missing.safetensors' }),
);

function describeRows({ tasks, queued, people }: HistorySize, nowMs: number) {
  const userId = (n: string) => idSql('user', String(nowMs - historyMs - dayMs), n);
  const at = (ms: string) => `FROM_UNIXTIME(${ms} / 1000)`;
  const ms = `CAST(${nowMs - historyMs} + FLOOR(n * ${historyMs - dayMs} / ${tasks}) AS UNSIGNED)`;
  const time = at(ms);
  const owner = userId(`IF(n % 2 = 0, 0, 2 + (n DIV 2) % ${people - 2})`);
  const task = idSql('task', ms, 'n');
  const hasFailed = 'n % 50 = 0';
  const waitMs = `CAST(${nowMs - 3_600_000} + n AS UNSIGNED)`;
  const waiting = idSql('queued', waitMs, 'n');
  const waiter = userId(`IF(n % 2 = 0, 1, 2 + (n DIV 2) % ${people - 2})`);
  const peopleRows = describePeople(people, nowMs, userId);
  const hash = "SHA2(CONCAT('x', n), 256)";
  const params = `'${completeParams}', '{}', '{}'`;
  const taskColumns = `INSERT INTO tasks (id, user_id, type, workflow_name, workflow_version, params, meta, images, cost,
    work_units, estimate_seconds, lane, status, attempt, created_at, started_at, finished_at, updated_at) SELECT`;
  const movements =
    'INSERT INTO transfers (id, business_key, kind, user_id, amount, task_id, created_at) SELECT';
  const entries = 'INSERT INTO ledger_entries (transfer_id, account, user_id, amount) SELECT';
  const kind = "IF(n % 5 < 4, 'text2img', 'img2img')";
  const inserts: [rows: number, insert: string][] = [
    ...peopleRows,
    [
      tasks,
      `${taskColumns} ${task}, ${owner}, ${kind}, ${kind}, 1, ${params}, 5, 1, 5, 'interactive',
        IF(${hasFailed}, 'failed', 'succeeded'), 1, ${time}, ${time}, ${time}, ${time}`,
    ],
    [
      queued,
      `${taskColumns} ${waiting}, ${waiter}, 'text2img', 'text2img', 1, ${params}, 5, 1, 5,
        'interactive', 'queued', 0, ${at(waitMs)}, NULL, NULL, ${at(waitMs)}`,
    ],
    [
      tasks,
      `${movements} ${idSql('hold', ms, 'n')}, CONCAT('hold:', ${task}), 'hold', ${owner}, -5, ${task}, ${time}`,
    ],
    [
      tasks,
      `${movements} ${idSql('settle', ms, 'n')}, CONCAT('settle:', ${task}),
        IF(${hasFailed}, 'release', 'capture'), ${owner}, IF(${hasFailed}, 5, 0), ${task}, ${time}`,
    ],
    [
      queued,
      `${movements} ${idSql('queuedHold', waitMs, 'n')}, CONCAT('hold:', ${waiting}), 'hold', ${waiter}, -5, ${waiting},
        ${at(waitMs)}`,
    ],
    ...[0, 1].flatMap((side): [number, string][] => [
      [
        tasks,
        `${entries} ${idSql('hold', ms, 'n')}, ${side ? "'available'" : "'held'"}, ${owner}, ${side ? -5 : 5}`,
      ],
      [
        tasks,
        `${entries} ${idSql('settle', ms, 'n')}, ${side ? "'held'" : `IF(${hasFailed}, 'available', 'revenue')`}, ${owner},
          ${side ? -5 : 5}`,
      ],
      [
        queued,
        `${entries} ${idSql('queuedHold', waitMs, 'n')}, ${side ? "'available'" : "'held'"}, ${waiter}, ${side ? -5 : 5}`,
      ],
    ]),
    [
      tasks,
      `INSERT INTO assets (id, user_id, task_id, kind, mime, width, height, bytes, sha256, storage_key, thumbnail_key,
          created_at)
        SELECT ${idSql('asset', ms, 'n')}, ${owner}, ${task}, 'output', 'image/png', 8, 8, 100, ${hash},
          CONCAT('outputs/', ${task}, '.png'), IF(n % 100 = 0, NULL, CONCAT('thumbnails/', ${task}, '.webp')), ${time}`,
    ],
    [
      tasks,
      `INSERT INTO attempts (task_id, attempt, backend_id, state, assigned_at, ended_at)
        SELECT ${task}, 1, ${userId(String(people))}, 'ended', ${time}, ${time}`,
    ],
    [
      tasks,
      `INSERT INTO outbox (type, task_id, user_id, data, created_at, sent_at)
        SELECT 'task_queued', ${task}, ${owner}, '{}', ${at(String(nowMs - dayMs))}, ${at(String(nowMs - dayMs))}`,
    ],
  ];
  const balances = `INSERT INTO balances (user_id, available, held, open_tasks)
    SELECT users.id, COALESCE(sums.available, 0), COALESCE(sums.held, 0), COALESCE(sums.held, 0) DIV 5 FROM users LEFT JOIN (
      SELECT user_id, SUM(IF(account = 'available', amount, 0)) AS available, SUM(IF(account = 'held', amount, 0)) AS held
      FROM ledger_entries GROUP BY user_id) sums ON sums.user_id = users.id`;
  return { inserts, balances, userId };
}

function describePeople(
  people: number,
  nowMs: number,
  userId: (n: string) => string,
): [rows: number, insert: string][] {
  const longAgo = String(nowMs - historyMs);
  const time = `FROM_UNIXTIME(${longAgo} / 1000)`;
  const grant = idSql('grant', longAgo, 'n');
  const gift = idSql('gift', longAgo, 'n');
  const other = idSql('other', longAgo, 'n');
  const hash = "SHA2(CONCAT('x', n), 256)";
  const movements =
    'INSERT INTO transfers (id, business_key, kind, user_id, amount, actor_id, created_at) SELECT';
  const entries = 'INSERT INTO ledger_entries (transfer_id, account, user_id, amount) SELECT';
  const someone = userId('2 + n');
  return [
    [
      people,
      `INSERT INTO users (id, username, created_at) SELECT ${userId('n')}, CONCAT('person', n), ${time}`,
    ],
    [
      people,
      `${movements} ${grant}, CONCAT('grant:start:', n), 'grant', ${userId('n')}, ${startCredits}, NULL, ${time}`,
    ],
    [people, `${entries} ${grant}, 'grants', ${userId('n')}, -${startCredits}`],
    [people, `${entries} ${grant}, 'available', ${userId('n')}, ${startCredits}`],
    [people - 2, `${movements} ${gift}, CONCAT('gift:', n), 'gift', ${someone}, -1, ${userId('0')}, ${time}`],
    [people - 2, `${entries} ${gift}, 'available', ${someone}, -1`],
    [people - 2, `${entries} ${gift}, 'available', ${userId('0')}, 1`],
    [
      people,
      `INSERT INTO sessions (id, user_id, created_at, used_at, expires_at, revoked_at)
        SELECT ${other}, ${userId('IF(n < 150, 0, n)')}, ${time}, ${time}, NOW(3) + INTERVAL 1 DAY,
          IF(n < 100, NULL, ${time})`,
    ],
    [
      people,
      `INSERT INTO asset_shares (id, user_id, asset_id, token_hash, mime, shows_prompt, made_by, created_at, expires_at)
        SELECT ${other}, ${userId('n')}, ${other}, ${hash}, 'image/png', FALSE, CONCAT('session:', ${other}),
          ${time}, NOW(3) + INTERVAL 1 DAY`,
    ],
    [
      people,
      `INSERT INTO refresh_tokens (token_hash, session_id, created_at) SELECT ${hash}, ${other}, ${time}`,
    ],
    [
      people,
      `INSERT INTO link_codes (code_hash, user_id, created_at, expires_at) SELECT ${hash}, ${userId('n')}, NOW(3), NOW(3)`,
    ],
    [
      people,
      `INSERT INTO idempotency (user_id, idempotency_key, body_hash, task_id, created_at)
        SELECT ${userId('n')}, n, ${hash}, ${other}, NOW(3)`,
    ],
    [
      people,
      `INSERT INTO identities (provider, subject, user_id, created_at)
        SELECT 'discord', 200000000000000000 + n, ${userId('n')}, ${time}`,
    ],
    [
      people,
      `INSERT INTO email_addresses (user_id, address, verified_at)
        SELECT ${userId('n')}, CONCAT('person', n, '@example.com'), ${time}`,
    ],
    [
      people,
      `INSERT INTO email_verifications (token_hash, user_id, address, created_at, expires_at)
        SELECT ${hash}, ${userId('n')}, CONCAT('next', n, '@example.com'), NOW(3), NOW(3)`,
    ],
    ...describeKeysAndWebhooks(people, { userId, time, hash, other }),
  ];
}

interface SqlOfPerson {
  userId: (n: string) => string;
  time: string;
  hash: string;
  other: string;
}

function describeKeysAndWebhooks(
  people: number,
  { userId, time, hash, other }: SqlOfPerson,
): [rows: number, insert: string][] {
  return [
    [
      people,
      `INSERT INTO api_keys (id, user_id, kind, name, secret_hash, created_at)
        SELECT LPAD(LOWER(HEX(n)), 8, '0'), ${userId('n')}, 'user', 'key', ${hash}, ${time}`,
    ],
    [
      people,
      `INSERT INTO webhooks (id, user_id, url, secret, types, created_at)
        SELECT ${other}, ${userId('n')}, 'http://192.0.2.1/', 'whsec_', '[]', ${time}`,
    ],
    [
      people,
      `INSERT INTO webhook_deliveries (id, webhook_id, outbox_id, body, due_at, delivered_at, failed_at)
        SELECT ${other}, ${other}, n, JSON_OBJECT('type', 'task_completed', 'taskId', ${other}), NOW(3),
          IF(n % 10 = 0, NULL, NOW(3)), IF(n % 10 = 0, NOW(3), NULL)`,
    ],
    [people, `INSERT INTO webhook_events (outbox_id, tries, due_at, failed_at) SELECT n, 8, NOW(3), NOW(3)`],
    [
      people,
      `INSERT INTO audit (id, actor_id, action, target, data, created_at)
        SELECT ${other}, ${userId('0')}, 'user.credits', CONCAT('user:', ${userId('n')}), '{}', ${time}`,
    ],
  ];
}
