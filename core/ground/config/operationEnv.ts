import { z } from 'zod';
import { port, whole } from './values.ts';

/** How long things are kept, and how the processes are run. */
export const operationEnv = {
  RETENTION_DAYS: whole(30, 1).describe('Days after which outputs and uploads are deleted'),
  FAVOURITES_PER_USER: whole(200, 0).describe('Results one person may keep beyond RETENTION_DAYS'),
  TASK_RETENTION_DAYS: whole(365, 1).describe(
    'Days after which finished tasks are forgotten; never before their files',
  ),
  RETENTION_MOST_PERCENT: whole(25, 1, 100).describe(
    'Largest share of all files, or of all tasks, that retention may delete at once; more is kept until this is raised',
  ),
  TASK_TIMEOUT_SECONDS: whole(1_800, 10).describe('Longest time one attempt may run'),
  DISPATCHER_PORT: port.optional().describe("Port for the dispatcher's health and metrics; unset: none"),
  METRICS_PORT: port.optional().describe("Port of its own for the API's health and metrics; unset: none"),
  METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address that METRICS_PORT, DISPATCHER_PORT and BOT_PORT listen on'),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, { message: 'must be 16 or more printable characters without spaces' })
    .optional()
    .describe(
      'Bearer token that /metrics wants of everybody, on every port; unset: the API shows them on its own machine only',
    ),
  LEASE_SECONDS: whole(10, 2, 300).describe('Life of an ownership lease of a dispatcher'),
  OPENAI_DOOR: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Whether programs that speak the OpenAI Images API may come in, at /v1'),
  MCP_DOOR: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Whether assistants that speak the Model Context Protocol may come in, at /mcp'),
  MCP_CREDITS_PER_DAY: whole(0, 0).describe('Credits that one key may spend a day through /mcp; 0: no limit'),
  WORKFLOWS_DIR: z.string().optional().describe("Folder with operators' workflows"),
  MODELS_DIR: z.string().optional().describe('Folder with entries of models, as YAML'),
  SHUTDOWN_SECONDS: whole(20, 1).describe('How long a stop waits for work in hand'),
};
