import { z } from 'zod';
import { roleSchema } from './auth.ts';
import {
  creditsSchema,
  idSchema,
  instantSchema,
  localeSchema,
  localizedTextSchema,
  pageOf,
  pageQuery,
  printableFault,
  timeSchema,
} from './shared.ts';
import { laneSchema, taskSchema, taskStatusSchema } from './tasks.ts';

export const adminUserSchema = z
  .object({
    id: idSchema,
    username: z.string().nullable(),
    role: roleSchema,
    locale: localeSchema,
    disabledAt: timeSchema.optional(),
    createdAt: timeSchema,
    balance: z.object({ available: creditsSchema, held: creditsSchema }),
    openTasks: z.int(),
  })
  .meta({ id: 'AdminUser' });
export type AdminUserView = z.output<typeof adminUserSchema>;
export const adminUserListSchema = pageOf(adminUserSchema);
export const adminUserQuerySchema = z.strictObject({
  ...pageQuery,
  username: z.string().max(32).optional().meta({ description: 'Begins with' }),
  identity: z
    .string()
    .regex(/^discord:[0-9]{15,20}$/, { error: 'Give discord: and a Discord user id.' })
    .optional()
    .meta({ description: 'Of the person with this name elsewhere: discord:<user id>' }),
});
export const adminUserPatchSchema = z.strictObject({
  role: roleSchema.optional(),
  disabled: z
    .boolean()
    .optional()
    .meta({ description: 'true ends all sessions, sockets, keys and unfinished tasks' }),
  reason: z.string().trim().max(200).optional().meta({ description: 'Kept in the audit log' }),
});

export const creditsChangeSchema = z.strictObject({
  amount: z
    .int()
    .min(-1_000_000_000)
    .max(1_000_000_000)
    .refine((amount) => amount !== 0, { error: 'Give or take at least 1 credit.' })
    .meta({ description: 'Negative takes credits away' }),
  reason: z.string().trim().min(1, { error: 'Say why.' }).max(200),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, { error: printableFault })
    .meta({ description: 'The same key moves credits once' }),
});

const ledgerFindings = {
  imbalance: creditsSchema.meta({ description: 'What all entries add up to: 0' }),
  wrongTransfers: z.int().meta({ description: 'Movements whose entries do not add up to 0' }),
  openHolds: creditsSchema.meta({ description: 'Credits held when it was checked' }),
  wrongBalances: z.int().meta({ description: 'Balances that differ from their movements' }),
  wrongHolds: z.int().meta({ description: 'Credits held for a task that ended, or given back too early' }),
};
export const ledgerCheckSchema = z
  .object({
    ok: z.boolean().meta({
      description:
        'Nothing is wrong; false also until a large ledger was checked to its end for the first time',
    }),
    ...ledgerFindings,
    checkedAt: timeSchema.optional().meta({ description: 'When this check was begun' }),
    ageSeconds: z.number().optional().meta({ description: 'How long ago that was' }),
    underWay: z
      .object({ startedAt: timeSchema, ...ledgerFindings })
      .optional()
      .meta({ description: 'The check that is under way, with what it has found so far' }),
  })
  .meta({ id: 'LedgerCheck' });
export type LedgerCheckView = z.output<typeof ledgerCheckSchema>;

const labelsSchema = z
  .array(
    z.string().regex(/^[a-z0-9._-]{1,40}$/, {
      error: 'Use 1 to 40 small letters, digits, dots, underscores or hyphens.',
    }),
  )
  .max(20);
const weightSchema = z
  .int()
  .min(1)
  .max(100)
  .meta({ description: 'How fast it is beside an ordinary one, until its run times are learned' });
const backendNameSchema = z.string().trim().min(1).max(64);

const headerValueSchema = z
  .string()
  .max(4_000)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, {
    error: 'Use printable ASCII characters, without a space at either end.',
  });
/** What belongs to the connection, or is the platform's to say. */
const connectionHeaders =
  /^(host|connection|upgrade|expect|te|trailer|keep-alive|origin|cookie2?|date|content-.*|transfer-.*|proxy-.*|sec-.*)$/i;

/** How a GPU server, or the proxy in front of it, is told who calls. Never shown again. */
export const backendCredentialsSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('basic'),
      username: z
        .string()
        .max(255)
        .regex(/^[^:\p{Cc}]*$/u, { error: 'A user name has no colon.' }),
      password: z
        .string()
        .max(1_000)
        .regex(/^\P{Cc}*$/u, { error: 'A password has no control characters.' }),
    }),
    z.strictObject({ kind: z.literal('bearer'), token: headerValueSchema }),
    z.strictObject({
      kind: z.literal('header'),
      headers: z
        .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/), headerValueSchema)
        .refine((headers) => Object.keys(headers).length > 0 && Object.keys(headers).length <= 8, {
          error: 'Give 1 to 8 headers.',
        })
        .refine((headers) => !Object.keys(headers).some((name) => connectionHeaders.test(name)), {
          error: 'Headers of the connection and of the content are not yours to set.',
        }),
    }),
  ])
  .meta({
    id: 'BackendCredentials',
    description: 'Sent with every request to the server and never shown again; kept encrypted',
  });

export const newBackendSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'Give an http or https address.' }).max(255),
  name: backendNameSchema.optional(),
  weight: weightSchema.default(1),
  labels: labelsSchema.default([]),
  enabled: z.boolean().default(true),
  credentials: backendCredentialsSchema.optional(),
});
export const backendPatchSchema = z.strictObject({
  name: backendNameSchema.optional(),
  weight: weightSchema.optional(),
  labels: labelsSchema.optional(),
  enabled: z.boolean().optional(),
  draining: z.boolean().optional().meta({ description: 'true finishes what runs and takes nothing new' }),
  credentials: backendCredentialsSchema
    .nullable()
    .optional()
    .meta({ description: 'null takes away what is set' }),
});

const unfitModelsSchema = z
  .object({
    models: z
      .array(z.string())
      .meta({ description: 'As folder/name; several do not run together, and may each without the others' }),
    reason: z.string().meta({ description: 'The class of the node, and what it said' }),
    taskId: idSchema.meta({ description: 'The task that found out' }),
    since: timeSchema,
    until: timeSchema.meta({
      description:
        'Tried again then, or as soon as the server has other files or nodes, or when it is cleared',
    }),
  })
  .meta({ id: 'UnfitModels' });

export const backendSchema = z
  .object({
    id: idSchema,
    url: z.string(),
    name: z.string(),
    weight: z.int(),
    labels: z.array(z.string()),
    enabled: z.boolean(),
    draining: z.boolean(),
    state: z.enum(['unknown', 'up', 'down', 'resting', 'trial']),
    reason: z
      .string()
      .optional()
      .meta({ description: 'Why it takes no tasks, or few, and what to do about it' }),
    credentials: z
      .enum(['none', 'basic', 'bearer', 'header'])
      .meta({ description: 'Of which kind they are set; what they are is not shown' }),
    owned: z.boolean().meta({ description: 'Whether a dispatcher works for it now' }),
    comfyVersion: z.string().optional(),
    deviceName: z.string().optional(),
    vramTotalBytes: z.int().optional(),
    vramFreeBytes: z.int().optional(),
    foreignPrompts: z
      .int()
      .optional()
      .meta({ description: 'Prompts of other programs on it: its own tasks wait behind them' }),
    residency: z.array(z.string()).meta({ description: 'Model files its last graph loaded' }),
    unfitModels: z
      .array(unfitModelsSchema)
      .meta({ description: 'Found not to run here: nothing that needs them is sent' }),
    tasks: z.array(z.object({ id: idSchema, attempt: z.int(), slot: z.int() })),
    seenAt: timeSchema.optional(),
    createdAt: timeSchema,
  })
  .meta({ id: 'Backend' });
export type BackendView = z.output<typeof backendSchema>;
export const backendListSchema = pageOf(backendSchema);

export const adminTaskSchema = taskSchema
  .extend({ userId: idSchema, failures: z.int(), backendId: idSchema.optional() })
  .meta({ id: 'AdminTask' });
export type AdminTaskView = z.output<typeof adminTaskSchema>;

const attemptSchema = z
  .object({
    attempt: z.int(),
    backendId: idSchema,
    state: z.enum(['assigned', 'posted', 'running', 'ended']),
    promptId: z.string().optional().meta({ description: 'Its id on the GPU server' }),
    fault: z.string().optional().meta({ description: 'Why it did not succeed' }),
    failure: z
      .object({
        nodeId: z.string().optional(),
        nodeType: z.string().optional(),
        message: z.string(),
        models: z.array(z.string()).meta({ description: 'Model files of the graph, as folder/name' }),
      })
      .optional()
      .meta({ description: 'What the node that failed said, without paths of the server' }),
    assignedAt: timeSchema,
    postedAt: timeSchema.optional(),
    startedAt: timeSchema.optional(),
    endedAt: timeSchema.optional(),
  })
  .meta({ id: 'Attempt' });
export type AttemptView = z.output<typeof attemptSchema>;
export const adminTaskDetailSchema = adminTaskSchema
  .extend({ attempts: z.array(attemptSchema).meta({ description: 'The newest, at most 50, oldest first' }) })
  .meta({ id: 'AdminTaskDetail' });
export type AdminTaskDetailView = z.output<typeof adminTaskDetailSchema>;
export const adminTaskListSchema = pageOf(adminTaskSchema);
export const adminTaskQuerySchema = z.strictObject({
  ...pageQuery,
  status: taskStatusSchema.optional(),
  userId: idSchema.optional(),
});

export const queueSchema = z
  .object({
    queued: z.int(),
    assigned: z.int(),
    running: z.int(),
    lanes: z.array(z.object({ lane: laneSchema, queued: z.int(), oldestSeconds: z.number() })),
  })
  .meta({ id: 'Queue' });
export type QueueView = z.output<typeof queueSchema>;

export const newAnnouncementSchema = z.strictObject({
  message: z.strictObject({
    en: z.string().trim().min(1).max(1_000),
    'zh-CN': z.string().trim().min(1).max(1_000),
  }),
  expiresAt: instantSchema.optional(),
});
export const announcementMessageSchema = localizedTextSchema;

export const auditSchema = z
  .object({
    id: idSchema,
    actorId: idSchema.nullable(),
    action: z.string(),
    target: z.string(),
    data: z.record(z.string(), z.unknown()),
    createdAt: timeSchema,
  })
  .meta({ id: 'AuditRecord' });
export type AuditView = z.output<typeof auditSchema>;
export const auditListSchema = pageOf(auditSchema);
export const auditQuerySchema = z.strictObject({ ...pageQuery, target: z.string().max(160).optional() });

/** The limits and switches in force; they come from the environment and change with a restart. */
export const settingsSchema = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
  .meta({ id: 'Settings' });
