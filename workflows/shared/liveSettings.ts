import { z } from 'zod';

const most = 1_000_000_000;

const whole = (description: string, min: number, max = most) =>
  z
    .int()
    .min(min, { error: `Choose a whole number from ${min} to ${max}.` })
    .max(max, { error: `Choose a whole number from ${min} to ${max}.` })
    .meta({ description });

const choice = <const Values extends readonly [string, ...string[]]>(description: string, values: Values) =>
  z.enum(values).meta({ description });

const sentence = (error: string) => z.string({ error }).trim().min(1, { error }).max(500);

/** While it is in force the platform accepts nothing new, except from administrators. */
export const maintenanceSchema = z
  .strictObject({
    message: z.strictObject({
      en: sentence('Write the message in English too.'),
      'zh-CN': sentence('Write the message in Chinese too.'),
    }),
    retryAfterSeconds: z
      .int()
      .min(1, { error: 'Choose a whole number of seconds from 1 to 86400.' })
      .max(86_400, { error: 'Choose a whole number of seconds from 1 to 86400.' })
      .default(300)
      .meta({ description: 'When clients are told to try again' }),
  })
  .meta({ id: 'Maintenance' });
export type Maintenance = z.output<typeof maintenanceSchema>;

const workflowNames =
  'Name workflows as GET /api/v1/workflows does, such as {"text2img": ["z-image", "text2img"]}.';
const workflowName = z
  .string({ error: workflowNames })
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: workflowNames });

/** Unknown names wait for a workflow of that name. */
export const enginesSchema = z
  .record(
    workflowName,
    z
      .array(workflowName, { error: workflowNames })
      .max(50, { error: 'List at most 50 engines.' })
      .refine((names) => new Set(names).size === names.length, { error: 'Name each engine once.' }),
    { error: workflowNames },
  )
  .meta({
    id: 'EnginePreference',
    description:
      'By name of a workflow: the workflows that do it, best first. Those that are not listed come after, the workflow itself first',
  });
export type EnginePreference = z.output<typeof enginesSchema>;

const aliasNames = 'Name models as programs do, such as {"gpt-image-1": ["text2img", "img2img", "inpaint"]}.';

/** Unknown workflows wait for one of that name. */
export const modelAliasesSchema = z
  .record(
    z.string({ error: aliasNames }).regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/, { error: aliasNames }),
    z
      .array(workflowName, { error: aliasNames })
      .min(1, { error: 'Name at least one workflow for each model.' })
      .max(10, { error: 'Name at most 10 workflows for a model.' })
      .refine((names) => new Set(names).size === names.length, { error: 'Name each workflow once.' }),
    { error: aliasNames },
  )
  .refine((aliases) => Object.keys(aliases).length <= 100, { error: 'Name at most 100 models.' })
  .meta({
    id: 'ModelAliases',
    description:
      'By name of a model, as other programs ask for it: the workflows that answer. The first that draws from words, the first that changes a picture and the first that takes a mask each do their part',
  });
export type ModelAliases = z.output<typeof modelAliasesSchema>;

/** What programs ask for that know no other names. */
export const defaultModelAliases: ModelAliases = Object.fromEntries(
  [
    'gpt-image-1',
    'gpt-image-1-mini',
    'gpt-image-1.5',
    'gpt-image-2',
    'gpt-image-2.5-flare',
    'gpt-image-2.5-sunburst',
    'gpt-image-2.6-flare',
    'gpt-image-2.6-sunburst',
    'chatgpt-image-latest',
    'dall-e-3',
    'dall-e-2',
  ].map((name) => [name, ['text2img', 'img2img', 'inpaint']]),
);

/**
 * The settings that administrators change while the platform runs, by the names of the environment's variables that they
 * stand in for; `ENGINES`, `MODEL_ALIASES` and `MAINTENANCE` have none. A released name keeps its meaning; a value that a release does not understand counts as not set.
 */
export const liveSettingSchemas = {
  OPEN_TASKS_PER_USER: whole('Unfinished tasks one person may have', 1),
  OPEN_TASKS: whole('Unfinished tasks in all', 1),
  TASKS_PER_DAY: whole('Tasks one person may have accepted a day; 0: no limit', 0),
  GPU_SECONDS_PER_DAY: whole(
    'GPU-seconds of a day after which no further task of that day is accepted; 0: no limit',
    0,
  ),
  UNPAID_TASKS_PER_DAY: whole(
    'Tasks of one person that may end on a day without costing anything; 0: no limit',
    0,
  ),
  REQUESTS_PER_MINUTE: whole('Requests one person may make a minute', 1),
  FAVOURITES_PER_USER: whole('Results one person may keep beyond RETENTION_DAYS', 0),
  PRICE_PERCENT: whole('Prices, as percent of those of the workflows', 1, 10_000),
  MODEL_LICENCES: choice('What happens to models whose licence forbids selling', ['note', 'refuse']),
  CANCEL_CHARGE: choice('What cancelling a task that runs costs', ['share', 'nothing']),
  SIGN_UP_GRANT: whole('Credits a new account starts with', 0),
  SIGN_UP_GRANT_LOCK_DAYS: whole('Days during which those cannot be given away', 0, 3_650),
  GIFTS_PER_DAY: whole('Credits a person may give away in a day', 0),
  DAILY_GRANT: whole('Credits a person may fetch once a day', 0),
  DAILY_GRANT_LOCK_DAYS: whole('Days during which those cannot be given away', 0, 3_650),
  REGISTRATION: choice('Who may register: anybody, who has an invite, or nobody', [
    'open',
    'invited',
    'closed',
  ]),
  ENGINES: enginesSchema,
  EXPLORE: choice('Whether people see what others here have published', ['on', 'off']),
  OPENAI_DOOR: choice('Whether programs that speak the OpenAI Images API may come in', ['on', 'off']),
  MCP_DOOR: choice('Whether assistants that speak the Model Context Protocol may come in', ['on', 'off']),
  MCP_CREDITS_PER_DAY: whole('Credits one key may spend a day through that door; 0: no limit', 0),
  MODEL_ALIASES: modelAliasesSchema,
  GRAPH_DOOR: choice('The least role that may send graphs of its own; off: nobody', [
    'off',
    'admin',
    'moderator',
    'user',
  ]),
  GRAPH_CREDITS_PER_SECOND: whole('Credits for a second that such a graph runs', 1, 10_000),
  GRAPH_SECONDS: whole(
    'Longest time that such a graph may run, for which its price is held; one that uses it up fails and is paid',
    1,
    3_600,
  ),
  MAINTENANCE: maintenanceSchema,
} as const;

export type LiveSettingName = keyof typeof liveSettingSchemas;
export const liveSettingNames = Object.keys(liveSettingSchemas) as LiveSettingName[];

/** The values that administrators set; the others come from the environment. */
export type SetValues = {
  -readonly [Name in LiveSettingName]?: z.output<(typeof liveSettingSchemas)[Name]>;
};

/** What is in force. */
export type Settings = Readonly<Required<Omit<SetValues, 'MAINTENANCE'>>> & {
  /** Null: none. */
  readonly MAINTENANCE: Maintenance | null;
};
