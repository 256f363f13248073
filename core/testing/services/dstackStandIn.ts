import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

interface StandInRun {
  name: string;
  status: string;
  price: number | undefined;
  reason: string | undefined;
  env: Record<string, string>;
}

/** Refuses what a server of dstack 0.21 refuses; what it does not know of it, infra/docs/rented-servers.md says. */
export interface DstackStandIn extends AsyncDisposable {
  url: string;
  token: string;
  runs: Map<string, StandInRun>;
  /** How many starts and stops it was asked for, by the names. */
  asked: { started: string[]; stopped: string[] };
  /** Of the next machine, an hour; undefined: no backend has one. */
  price: number | undefined;
  /** What happens to the next start: it is done and its answer is lost, or it is refused. */
  nextStart: 'answered' | 'lost' | 'refused';
  isAway: boolean;
}

const unfinished = ['pending', 'submitted', 'provisioning', 'running', 'terminating'];
const specSchema = z.object({
  run_spec: z.strictObject({
    run_name: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
    configuration: z.looseObject({
      type: z.literal('task'),
      name: z.string(),
      env: z.record(z.string(), z.string()),
      commands: z.array(z.string()).min(1),
    }),
  }),
});
const bodies = {
  plan: specSchema,
  apply: z.strictObject({ plan: specSchema, force: z.boolean() }),
  list: z.strictObject({
    project_name: z.string(),
    only_active: z.boolean(),
    limit: z.int().min(0).max(100),
  }),
  get: z.strictObject({ run_name: z.string() }),
  stop: z.strictObject({ runs_names: z.array(z.string()), abort: z.boolean() }),
};

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export async function startDstackStandIn(project = 'main'): Promise<DstackStandIn> {
  const server = createServer(async (request, response) => {
    if (standIn.isAway) return request.socket.destroy();
    try {
      const answer = route(request, await readBody(request));
      if (answer === 'lost') return request.socket.destroy();
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    } catch (error) {
      const fault = error instanceof Refusal ? error : new Refusal(422, 'validation', String(error));
      response.writeHead(fault.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ detail: [{ code: fault.code, msg: fault.message }] }));
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const standIn = newStandIn(server);
  return standIn;

  function route({ url = '', method, headers }: IncomingMessage, body: unknown): unknown {
    if (headers.authorization !== `Bearer ${standIn.token}`)
      throw new Refusal(403, 'not_authenticated', 'Access denied');
    if (method !== 'POST') throw new Refusal(405, 'method', 'Method Not Allowed');
    const inProject = `/api/project/${project}/runs/`;
    if (url === '/api/runs/list') {
      const query = bodies.list.parse(body);
      const all = [...standIn.runs.values()];
      return all.filter(({ status }) => !query.only_active || unfinished.includes(status)).map(present);
    }
    if (!url.startsWith(inProject)) throw new Refusal(404, 'resource_not_exists', 'Project not found');
    switch (url.slice(inProject.length)) {
      case 'get_plan':
        bodies.plan.parse(body);
        return { job_plans: [{ offers: listOffers() }] };
      case 'get':
        return present(find(bodies.get.parse(body).run_name));
      case 'apply':
        return apply(bodies.apply.parse(body).plan.run_spec);
      case 'stop':
        for (const name of bodies.stop.parse(body).runs_names) stop(find(name));
        return null;
      default:
        throw new Refusal(404, 'resource_not_exists', 'Not Found');
    }
  }

  function listOffers() {
    const taken = { price: 0.1, availability: 'not_available' };
    return standIn.price === undefined
      ? [taken]
      : [taken, { price: standIn.price, availability: 'available' }];
  }

  function apply({ run_name: name, configuration }: z.output<typeof specSchema>['run_spec']) {
    const how = standIn.nextStart;
    standIn.nextStart = 'answered';
    if (how === 'refused') throw new Refusal(400, 'error', 'No offers found');
    const before = standIn.runs.get(name);
    if (before && unfinished.includes(before.status))
      throw new Refusal(400, 'error', `Cannot override active run ${name}`);
    standIn.asked.started.push(name);
    const run = { name, status: 'submitted', price: undefined, reason: undefined, env: configuration.env };
    standIn.runs.set(name, run);
    return how === 'lost' ? 'lost' : present(run);
  }

  function stop(run: StandInRun): void {
    standIn.asked.stopped.push(run.name);
    if (unfinished.includes(run.status)) run.status = 'terminating';
  }

  function find(name: string): StandInRun {
    const run = standIn.runs.get(name);
    if (!run) throw new Refusal(400, 'resource_not_exists', 'Run not found');
    return run;
  }
}

const newStandIn = (server: Server): DstackStandIn => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  token: 'dstack-token-word',
  runs: new Map(),
  asked: { started: [], stopped: [] },
  price: 0.5,
  nextStart: 'answered',
  isAway: false,
  async [Symbol.asyncDispose]() {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  },
});

async function readBody(request: IncomingMessage): Promise<unknown> {
  return JSON.parse(Buffer.concat(await request.toArray()).toString());
}

const present = ({ name, status, price, reason }: StandInRun) => ({
  status,
  termination_reason: null,
  run_spec: { run_name: name },
  latest_job_submission: {
    termination_reason: reason ?? null,
    termination_reason_message: null,
    job_provisioning_data: price === undefined ? null : { price },
  },
});
