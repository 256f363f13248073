import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Webhook } from '@star-graph/core/ground/db/models/operation';
import { logRecordSchema } from '@star-graph/core/ground/telemetry/logRecord';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { startDispatcherProcess } from '@star-graph/core/testing/dispatch/dispatcherProcess';
import { eventually } from '@star-graph/core/testing/eventually';
import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from '@star-graph/core/testing/services/otlpReceiver';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ApiProcess, startApiProcess } from './testing/servers/apiProcess.ts';
import { fixture, platformFixture } from './testing/servers/fixtures.ts';

const platform = platformFixture();
const backend = fixture(() => startPreviewBackend({ flags: ['--instant', '--threads', '1'] }));
const receiver = fixture(startOtlpReceiver);
const api = fixture(() => startApiProcess(environmentOf(receiver)));
const dispatcher = fixture(() => startDispatcherProcess(environmentOf(receiver)));

const environmentOf = ({ url }: OtlpReceiver): Record<string, string> => ({
  ...platform.env,
  COMFYUI_URLS: backend.url,
  LEASE_SECONDS: '60',
  SIGN_UP_GRANT: '10000',
  API_PORT: '0',
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
});

interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of several routes
  body: any;
}

async function ask(
  path: string,
  {
    token,
    body,
    headers,
    at = api,
  }: { token?: string; body?: object; headers?: Record<string, string>; at?: ApiProcess } = {},
): Promise<Reply> {
  const response = await fetch(`${at.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const person = { username: '', password: '', token: '', webhookSecret: '' };
const prompt = 'a walled garden at dawn';

beforeAll(async () => {
  person.username = `u${randomBytes(6).toString('hex')}`;
  person.password = randomBytes(12).toString('hex');
  const { username, password } = person;
  person.token = (await ask('/api/v1/auth/register', { body: { username, password } })).body.accessToken;
  const hook = { url: 'https://93.184.215.14/hook', types: ['task_completed'] };
  const made = await ask('/api/v1/users/webhooks', { token: person.token, body: hook });
  person.webhookSecret = made.body.secret;
  // Refused without a connection, since it is on this machine.
  await Webhook.query(platform.db.database).patch({ url: 'http://127.0.0.1:9/' });
});

/** As soon as the backend is known. */
const draw = (options: { at?: ApiProcess } = {}) =>
  eventually(async () => {
    const body = { prompt, width: 256, height: 256, steps: 4 };
    const answer = await ask('/api/v1/generate/text2img', { ...options, token: person.token, body });
    expect(answer.status).toBe(202);
    return answer;
  });

const reached = (id: string, status: string, at = api) =>
  eventually(async () => {
    const { body } = await ask(`/api/v1/tasks/${id}`, { token: person.token, at });
    expect(body.status).toBe(status);
    return body;
  });

/**
 * Of a task, in the order of their starts, when all parents and these spans have arrived; as many of a name as it is
 * given. Spans are sent when they end: a first attempt may come long before the next one.
 */
const traceOf = (traceId: string, ...names: string[]): Promise<ReceivedSpan[]> =>
  eventually(() => {
    const spans = receiver.spans().filter((span) => span.traceId === traceId);
    const awaited = ['attempt', ...names];
    for (const { name } of spans) if (awaited.includes(name)) awaited.splice(awaited.indexOf(name), 1);
    expect(awaited).toEqual([]);
    expect(Object.values(parentsOf(spans))).not.toContain('missing');
    return spans.toSorted((one, other) => one.startMs - other.startMs);
  });

/** Each span's name under its parent's. */
function parentsOf(spans: readonly ReceivedSpan[]): Record<string, string | undefined> {
  const byId = new Map(spans.map((span) => [span.spanId, span.name]));
  return Object.fromEntries(
    spans.map(({ name, parentId }) => [
      name,
      parentId === undefined ? undefined : (byId.get(parentId) ?? 'missing'),
    ]),
  );
}

/** Each began no earlier than the one before it; several may begin within a millisecond. */
function expectOrder(spans: readonly ReceivedSpan[], names: readonly string[]): void {
  const starts = names.map((name) => spans.find((span) => span.name === name)?.startMs);
  expect(starts).not.toContain(undefined);
  expect(starts).toEqual(starts.toSorted((one, other) => Number(one) - Number(other)));
}

const wholeTrace = {
  'POST /api/v1/generate/{workflow}': undefined,
  'accept task': 'POST /api/v1/generate/{workflow}',
  'commit task': 'accept task',
  queue: 'accept task',
  plan: 'accept task',
  attempt: 'accept task',
  prepare: 'attempt',
  execute: 'attempt',
  wait: 'execute',
  load: 'execute',
  sample: 'execute',
  decode: 'execute',
  collect: 'attempt',
  settle: 'attempt',
  'deliver webhook': 'accept task',
};

describe('a task', () => {
  test('has one connected trace, from its request to its webhook', async () => {
    await backend.control({ disarm: 'all', simulate: { secondsPerStep: 0.05 } });
    const { body, headers } = await draw();
    await reached(body.id, 'succeeded');
    const spans = await traceOf(body.traceId, 'deliver webhook');
    expect(parentsOf(spans)).toMatchObject(wholeTrace);
    expect(spans.filter(({ parentId }) => parentId === undefined)).toHaveLength(1);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    expectOrder(spans, [
      'accept task',
      'plan',
      'prepare',
      'execute',
      'sample',
      'decode',
      'collect',
      'settle',
      'deliver webhook',
    ]);
    expect(headers.get('traceresponse')).toMatch(new RegExp(`^00-${body.traceId}-[0-9a-f]{16}-01$`));
    const services = new Map(spans.map(({ name, service }) => [name, service]));
    expect(services.get('accept task')).toBe('star-graph-api');
    expect(services.get('sample')).toBe('star-graph-dispatcher');
    // For the picture in the docs: infra/docs/tracing.md has the commands.
    const { TRACE_FILE } = process.env;
    if (TRACE_FILE !== undefined) await writeFile(TRACE_FILE, JSON.stringify(spans));
  });

  test('that is tried again has a further attempt, linked to the first', async () => {
    await backend.control({ arm: [{ kind: 'node-error', times: 1 }], simulate: { secondsPerStep: 0 } });
    const { body } = await draw();
    await reached(body.id, 'succeeded');
    const spans = await traceOf(body.traceId, 'attempt');
    const [first, second, ...others] = spans.filter(({ name }) => name === 'attempt');
    expect(others).toEqual([]);
    expect(first).toMatchObject({ isError: true, links: [] });
    expect(second).toMatchObject({ isError: false, links: [first?.spanId] });
  });
});

describe('a traceparent', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const theirs = (flags = '01', span = '00f067aa0ba902b7') => ({
    traceparent: `00-${traceId}-${span}-${flags}`,
  });

  test('of a caller of ours is gone on with', async () => {
    const { headers } = await ask('/api/v1/workflows', { token: person.token, headers: theirs() });
    expect(headers.get('traceresponse')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    const unsampled = await ask('/api/v1/workflows', { token: person.token, headers: theirs('00') });
    expect(unsampled.headers.get('traceresponse')).toMatch(/-00$/);
  });

  test('of a stranger begins a trace of ours that names theirs', async () => {
    const span = randomBytes(8).toString('hex');
    const headers = { ...theirs('01', span), 'x-forwarded-for': '203.0.113.9' };
    const answer = await ask('/api/v1/workflows', { token: person.token, headers });
    expect(answer.headers.get('traceresponse')).not.toContain(traceId);
    await eventually(() =>
      expect(receiver.spans().filter(({ links }) => links.includes(span))).toMatchObject([
        { parentId: undefined },
      ]),
    );
  });

  test('that is malformed is ignored', async () => {
    for (const traceparent of [
      '',
      'x',
      `00-${traceId}-0000000000000000-01`,
      `ff-${traceId}-00f067aa0ba902b7-01`,
      `00-${traceId}`,
    ]) {
      const { status, headers } = await ask('/api/v1/workflows', {
        token: person.token,
        headers: { traceparent },
      });
      expect(status).toBe(200);
      expect(headers.get('traceresponse')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      expect(headers.get('traceresponse')).not.toContain(traceId);
    }
  });
});

test('a problem and a log line name the trace', async () => {
  const { body, headers } = await ask('/api/v1/tasks/none', { token: person.token });
  expect(headers.get('traceresponse')).toContain(body.traceId);
  await eventually(() => {
    const lines = api.log().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter((line) => line.trace_id === body.traceId && line.body === 'request')).toHaveLength(1);
  });
});

test('every line of the API and of the dispatcher has the schema of logs', () => {
  const lines = [...api.log(), ...dispatcher.log().trim().split('\n')];
  const records = lines.map((line) => logRecordSchema.parse(JSON.parse(line)));
  const services = new Set(records.map((record) => record['service.name']));
  expect(services).toEqual(new Set(['star-graph-api', 'star-graph-dispatcher']));
});

test('no prompt, name, password, token or secret is in a span', () => {
  const said = Buffer.concat(receiver.bodies()).toString();
  // Not `toContain`, which would print all of it.
  expect(said.includes('deliver webhook')).toBe(true);
  const { FILE_SIGNING_KEY, DATABASE_URL, REDIS_URL } = platform.env;
  const secrets = [
    prompt,
    ...Object.values(person),
    FILE_SIGNING_KEY,
    DATABASE_URL,
    REDIS_URL,
    '93.184.215.14',
  ];
  expect(secrets.filter((secret) => secret === undefined || said.includes(secret))).toEqual([]);
});

test('nothing is sent of what is not sampled, and its trace has an id all the same', async () => {
  const sampler = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
  await using other = await startApiProcess({ ...environmentOf(receiver), ...sampler });
  const unsampled = await draw({ at: other });
  const { traceId } = unsampled.body;
  expect(unsampled.headers.get('traceresponse')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  await reached(unsampled.body.id, 'succeeded');
  expect(await other.stop()).toBe(0);
  // What comes after it has arrived, and it has not.
  const later = await draw();
  await traceOf(later.body.traceId);
  expect(receiver.spans().filter((span) => span.traceId === traceId)).toEqual([]);
});

test('a task keeps its trace when its dispatcher dies and another goes on', async () => {
  await backend.control({ arm: [{ kind: 'hold', times: 'always' }] });
  const { body } = await draw();
  await reached(body.id, 'running');
  dispatcher.signal('SIGKILL');
  await dispatcher.ended;
  const { database } = platform.db;
  for (const table of ['backends', 'leader']) await database(table).update({ leaseUntil: new Date(0) });
  await using _next = await startDispatcherProcess({ ...environmentOf(receiver), LEASE_SECONDS: '3' });
  await backend.control({ disarm: 'all' });
  await reached(body.id, 'succeeded');
  const spans = await traceOf(body.traceId);
  const attempts = spans.filter(({ name }) => name === 'attempt');
  expect(attempts).toHaveLength(1);
  expect(attempts[0]?.attributes).toMatchObject({ 'star_graph.attempt.taken_over': true });
});
