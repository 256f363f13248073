import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { boundedFetch } from '../../money/payments/boundedFetch.ts';
import type { Provider, Run } from './provider.ts';

export interface DstackConfig {
  url: string;
  token: string;
  project: string;
  /** The run's configuration, as YAML. Read at each start, so a change needs no restart. */
  configurationFile: string;
  /** Begins the names of its runs. What has another beginning is nobody's business here. */
  prefix: string;
}

const timeoutMs = 30_000;

const submissionSchema = z
  .object({
    termination_reason: z.string().nullish(),
    termination_reason_message: z.string().nullish(),
    job_provisioning_data: z.object({ price: z.number() }).nullish(),
  })
  .nullish();
const runSchema = z.object({
  status: z.enum([
    'pending',
    'submitted',
    'provisioning',
    'running',
    'terminating',
    'terminated',
    'failed',
    'done',
  ]),
  termination_reason: z.string().nullish(),
  run_spec: z.object({ run_name: z.string().nullish() }),
  latest_job_submission: submissionSchema,
});
const planSchema = z.object({
  job_plans: z.array(
    z.object({ offers: z.array(z.object({ price: z.number(), availability: z.string().nullish() })) }),
  ),
});
const faultSchema = z.object({ detail: z.array(z.object({ code: z.string().nullish(), msg: z.string() })) });

const configurationSchema = z.looseObject({
  type: z.literal('task'),
  env: z.union([z.record(z.string(), z.coerce.string()), z.array(z.string().regex(/^\w+=/))]).optional(),
});

const over = ['terminated', 'failed', 'done'];
const unavailable = ['not_available', 'no_quota', 'no_balance', 'busy'];

/** What the server says is wrong with a request. */
class DstackFault extends Error {
  readonly code: string | undefined;
  constructor(code: string | undefined, message: string) {
    super(message);
    this.code = code;
  }
}

/** Speaks to a dstack server: tasks of one project, by their names. */
export function createDstack({ url, token, project, configurationFile, prefix }: DstackConfig): Provider {
  const base = url.replace(/\/+$/, '');
  const inProject = `/api/project/${encodeURIComponent(project)}/runs`;

  async function ask(path: string, body: object, signal: AbortSignal): Promise<unknown> {
    const answer = await boundedFetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const text = await answer.text();
    if (answer.ok) return text === '' ? undefined : JSON.parse(text);
    throw readFault(answer.status, text);
  }

  async function specify(name: string, env: Readonly<Record<string, string>>) {
    const read = configurationSchema.safeParse(parse(await readFile(configurationFile, 'utf8')));
    if (!read.success)
      throw new Error(
        `${configurationFile} is no configuration of a dstack task, with a value for each name under env`,
      );
    const { env: own = {}, ...rest } = read.data;
    const given = Array.isArray(own) ? Object.fromEntries(own.map(splitPair)) : own;
    return { run_name: name, configuration: { ...rest, name, env: { ...given, ...env } } };
  }

  return {
    async offer(signal) {
      const spec = await specify(`${prefix}-offer`, {});
      const { job_plans } = planSchema.parse(await ask(`${inProject}/get_plan`, { run_spec: spec }, signal));
      const offers = job_plans.flatMap((plan) => plan.offers);
      return offers.find(({ availability }) => !unavailable.includes(availability ?? ''))?.price;
    },
    async listActive(signal) {
      const query = { project_name: project, only_active: true, limit: 100 };
      const runs = z.array(runSchema).parse(await ask('/api/runs/list', query, signal));
      // More than a page can hold is more than can be looked after.
      if (runs.length === query.limit) throw new Error(`the project has ${query.limit} runs or more at once`);
      return runs.map(toRun).filter(({ name, isOver }) => name.startsWith(`${prefix}-`) && !isOver);
    },
    async find(name, signal) {
      try {
        return toRun(runSchema.parse(await ask(`${inProject}/get`, { run_name: name }, signal)));
      } catch (error) {
        if (error instanceof DstackFault && error.code === 'resource_not_exists') return undefined;
        throw error;
      }
    },
    async start(name, env, signal) {
      const plan = { run_spec: await specify(name, env) };
      // Without the run that is expected there, one of this name that runs is refused and not replaced.
      await ask(`${inProject}/apply`, { plan, force: false }, signal);
    },
    async stop(names, signal) {
      await ask(`${inProject}/stop`, { runs_names: names, abort: false }, signal);
    },
  };
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function readFault(status: number, text: string): DstackFault {
  try {
    const read = faultSchema.safeParse(JSON.parse(text));
    const [first] = read.data?.detail ?? [];
    if (first) return new DstackFault(first.code ?? undefined, `dstack answers ${status}: ${first.msg}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return new DstackFault(undefined, `dstack answers ${status}`);
}

function toRun({
  status,
  run_spec,
  termination_reason,
  latest_job_submission: job,
}: z.output<typeof runSchema>): Run {
  const fault = job?.termination_reason_message || job?.termination_reason || termination_reason;
  return {
    name: run_spec.run_name ?? '',
    isOver: over.includes(status),
    price: job?.job_provisioning_data?.price,
    fault: fault ?? undefined,
  };
}
