import type { Removal } from './ownModules.ts';

/** Something in the core that stands between a fault and the people who would meet it. */
export interface Guard {
  name: string;
  /** The database has it too, as triggers, which are taken out with it. */
  isInDatabase?: true;
  removals: readonly Removal[];
}

const tasks = 'core/work/tasks';
const dispatch = 'core/work/dispatch';
const publish = 'core/work/events/outbox/publishScript.ts';
const ending = `${tasks}/cancelTask.ts`;
const transitions = `${tasks}/attemptTransitions.ts`;

const guard = (name: string, file: string, from: string, to: string): Guard => ({
  name,
  removals: [{ file, from, to }],
});

const settle = 'core/money/quotas/personDay.ts';

/** What was wrong once, put in again. */
const faultsOfThePast: readonly Guard[] = [
  {
    // A connection that was lost while an owner prepared to follow a prompt made its task run again.
    name: 'past: lost connection in prepare',
    removals: [
      {
        file: `${dispatch}/attempt/prepare/prepareGraph.ts`,
        from: 'return retryWrite(deps, locate, attempt.signals.run);',
        to: 'return locate();',
      },
      {
        file: `${dispatch}/attempt/collect/collectResult.ts`,
        from: 'if (!late) return judged;',
        to: 'if (!late || !followed) return judged;',
      },
    ],
  },
  // A statement read a row that others change, and was refused where one just had.
  guard(
    'past: settlements refused',
    settle,
    '`INSERT INTO person_days (user_id, day, tasks, gpu_ms) VALUES (?, ?, 0, ?)\n',
    '`INSERT INTO person_days (user_id, day, tasks, gpu_ms) SELECT d.u, d.d, 0, d.m FROM (SELECT ? AS u, ? AS d, ? AS m) d JOIN balances ON balances.user_id = d.u\n',
  ),
  guard(
    'past: relay stopped by one row',
    'core/work/events/outbox/relay.ts',
    '    await leaveToWebhooks(deps, trx, rows);\n',
    "    if (rows.some(({ type }) => type === 'task_cancelled')) throw new Error('larger than servers take');\n    await leaveToWebhooks(deps, trx, rows);\n",
  ),
];

const inDatabase = (one: Guard): Guard => ({ ...one, isInDatabase: true });
const ownerOfStatements = guard(
  'owner-fence-of-statements',
  `${tasks}/ownerFence.ts`,
  'WHERE id = ? AND owner = ? AND epoch = ? LOCK IN SHARE MODE',
  'WHERE id = ? AND ? IS NOT NULL AND ? IS NOT NULL LOCK IN SHARE MODE',
);

/** Each can be taken out by `npm run explore -- --without`. What each is for stands beside it in the core. */
export const guards: readonly Guard[] = [
  guard(
    'owner-fence',
    `${tasks}/ownerFence.ts`,
    'findOne({ id: fence.backendId, owner: fence.owner, epoch: fence.epoch })',
    'findOne({ id: fence.backendId })',
  ),
  ownerOfStatements,
  guard(
    'leader-fence',
    `${tasks}/leaderFence.ts`,
    '.where({ id: 1, owner, epoch })',
    '.where({ id: owner === undefined || epoch === undefined ? 0 : 1 })',
  ),
  guard(
    'lease-before-take-over',
    `${dispatch}/lease.ts`,
    "'(owner IS NULL OR lease_until IS NULL OR lease_until < NOW(3))'",
    "'(1 = 1)'",
  ),
  inDatabase({
    // In one round trip, and where that found something else, in steps.
    name: 'plan-as-planned',
    removals: [
      {
        file: `${tasks}/assignTasks.ts`,
        from: 'WHERE id = ? AND status = ? AND attempt = ? AND EXISTS (?)',
        to: 'WHERE id = ? AND ? IS NOT NULL AND ? IS NOT NULL AND EXISTS (?)',
      },
      {
        file: `${tasks}/assignTasks.ts`,
        from: 'if (!task || task.status !== waiting || task.attempt !== one.attempt) continue;',
        to: 'if (!task || waiting === undefined) continue;',
      },
    ],
  }),
  guard(
    'backend-open-at-assignment',
    `${tasks}/assignTasks.ts`,
    '`enabled AND NOT draining AND removed_at IS NULL AND owner IS NOT NULL AND lease_until >= NOW(3)\n  AND (state',
    '`1 = 1 OR (state',
  ),
  guard(
    'post-permit',
    `${dispatch}/attempt/run/followPrompt.ts`,
    '  await requirePermit(deps, signals.left);\n',
    '  if (Number.isNaN(0)) await requirePermit(deps, signals.left);\n',
  ),
  guard(
    'prompt-saved-before-post',
    `${dispatch}/attempt/run/followPrompt.ts`,
    'if (!(await moves.posted(promptId)))',
    'if (Number.isNaN(0) && !(await moves.posted(promptId)))',
  ),
  guard(
    'answer-of-saving',
    `${dispatch}/attempt/run/followPrompt.ts`,
    'if (!(await moves.posted(promptId)))',
    'if (!(await moves.posted(promptId)) && Number.isNaN(0))',
  ),
  {
    // The fence lets no second owner save another prompt, so both are taken out.
    name: 'one-prompt-an-attempt',
    removals: [
      {
        file: transitions,
        from: "AND (state = 'assigned' OR (state = 'posted' AND prompt_id = ?))",
        to: "AND (state <> 'ended' OR prompt_id = ?)",
      },
      ...ownerOfStatements.removals,
    ],
  },
  guard(
    'task-assigned-when-posted',
    transitions,
    "AND EXISTS (SELECT 1 FROM tasks WHERE id = ? AND attempt = ? AND status = 'assigned' LOCK IN SHARE MODE)",
    'AND ? IS NOT NULL AND ? IS NOT NULL',
  ),
  inDatabase(guard('status-of-moves', transitions, "    .whereIn('tasks.status', from)\n", '')),
  inDatabase(
    guard(
      'attempt-of-ends',
      transitions,
      ".where({ attempt: fence.attempt }).whereIn('status', statuses)",
      ".whereIn('status', statuses)",
    ),
  ),
  inDatabase(
    guard(
      'status-of-ends',
      transitions,
      ".where({ attempt: fence.attempt }).whereIn('status', statuses)",
      '.where({ attempt: fence.attempt })',
    ),
  ),
  guard('slot-freed-with-requeue', transitions, '    await freeSlot(deps, trx, fence, requeue.fault);\n', ''),
  guard(
    'settled-once',
    'core/money/credits/credits.ts',
    '    kind: settlement.kind,\n',
    "    kind: settlement.kind,\n    businessKey: ['settle', taskId, at.getTime()].join(':'),\n",
  ),
  guard(
    'open-tasks-counted',
    'core/money/credits/credits.ts',
    'openTasks: { userId, change: -1, isUnpaid',
    'openTasks: { userId, change: 0 as -1, isUnpaid',
  ),
  guard(
    'one-task-a-key',
    `${tasks}/accepting/submitTask.ts`,
    '...(claim ? [claimKey(trx, claim, taskId, task.createdAt)] : []),',
    '',
  ),
  guard(
    'replay-of-a-key',
    `${tasks}/accepting/submitTask.ts`,
    'if (earlier) return { task: earlier, replayed: true };',
    '',
  ),
  inDatabase(guard('cancel-locks-the-task', ending, '.where(owned).forUpdate()', '.where(owned)')),
  guard(
    'cancel-of-an-ended-task',
    ending,
    '    if (isTerminal(task.status)) {\n',
    "    if (isTerminal(task.status) && task.status !== 'succeeded') {\n",
  ),
  guard(
    'forgotten-by-two-looks',
    'core/comfy/tracking/poller.ts',
    'if (nowMs - tracked.absentSinceMs >= config.forgottenAfterMs && tracked.absentSinceMs !== nowMs) {',
    'if (config.forgottenAfterMs > 0) {',
  ),
  guard(
    'absence-after-the-post',
    'core/comfy/tracking/poller.ts',
    ".filter((tracked) => tracked.posting === 'settled')",
    '',
  ),
  guard(
    'removed-by-two-looks',
    `${dispatch}/attempt/run/removePrompt.ts`,
    'if (prompt.isPostSettled || answeredAtMs - absentSinceMs >= absentForMs)',
    'if (absentForMs > 0)',
  ),
  guard(
    'found-done-after-all',
    `${dispatch}/attempt/run/removePrompt.ts`,
    "return entry?.result.kind === 'succeeded' ?",
    "return entry?.result.kind === 'succeeded' && Number.isNaN(0) ?",
  ),
  guard(
    'prompt-removed-before-its-slot',
    `${dispatch}/attempt/settle/finishAttempt.ts`,
    '  await remote.remove();\n',
    '',
  ),
  guard(
    'strays-dropped',
    `${dispatch}/backend/probe.ts`,
    '    await dropStrays(deps, backendId, strays);\n',
    '',
  ),
  guard(
    'take-over-follows',
    `${dispatch}/attempt/prepare/preparePrompt.ts`,
    'if (slot.promptId !== null)\n',
    'if (slot.promptId !== null && Number.isNaN(0))\n',
  ),
  guard('events-in-order', publish, '  if told < tonumber(ARGV[at + 3]) then', '  if false then'),
  guard('events-once', publish, '  if told < n then', '  if true then'),
  guard(
    'events-marked-after-publishing',
    'core/work/events/outbox/relay.ts',
    "    if (answer !== 'published') return 'lease lost';\n",
    '',
  ),
  ...faultsOfThePast,
];
