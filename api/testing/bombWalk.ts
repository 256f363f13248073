import type { RouteAuth } from '@star-graph/contract/route';
import { beforeAll, expect } from 'vitest';
import { createOpenApiDocument, type OpenApiDocument } from '../pages/createDocument.ts';
import { type Bomb, plainBody, propertyBombs, readerBombs, schemaBombs } from './calls/bombs.ts';
import { createSamples, describedOperations } from './calls/contractRequests.ts';
import type { TestApi } from './servers/apiServer.ts';
import { addServiceKey, apiFixture, platformFixture } from './servers/fixtures.ts';
import {
  type AnsweredBomb,
  graphBombs,
  type OpenTarget,
  openGraph,
  openStomp,
  stompBombs,
} from './socketBombs.ts';

/** Within BODY_LIMIT_BYTES, and within what each door takes of graphs, and of pictures inside JSON. */
const usualBytes = 900_000;
const largeBytes = 3_900_000;
/** How much more than an ordinary request, and than its bytes, a body may cost. */
const mostOrdinary = 40;
const mostPlain = 3;

interface Target {
  name: string;
  url: string;
  method: string;
  token?: string;
  /** In place of a request: a connection for each bomb. */
  open?: () => Promise<OpenTarget>;
}

interface Answered extends AnsweredBomb {
  /** Of the one thread of the API, which is this test's too. */
  cpuMs: number;
}

async function measure(act: () => Promise<AnsweredBomb>): Promise<Answered> {
  const before = process.threadCpuUsage();
  const answered = await act();
  const { user, system } = process.threadCpuUsage(before);
  return { ...answered, cpuMs: (user + system) / 1_000 };
}

export const send = (target: Target, body?: string): Promise<Answered> => measure(() => ask(target, body));

async function ask({ url, method, token }: Target, body?: string): Promise<AnsweredBomb> {
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/json, text/event-stream',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const { byteLength: bytes } = await response.arrayBuffer();
  return { status: response.status, bytes };
}

async function throwOnce(target: Target, text: string): Promise<Answered> {
  const open = await target.open?.();
  if (!open) return send(target, text);
  try {
    return await measure(() => open.throw(text));
  } finally {
    open.close();
  }
}

/** The clock of a thread is coarse. */
async function meanOf(times: number, measure: () => Promise<Answered>): Promise<number> {
  let sumMs = 0;
  for (let n = 0; n < times; n++) sumMs += (await measure()).cpuMs;
  return sumMs / times;
}

interface Throwing {
  /** Of an answer. */
  mostBytes?: number;
}

/** What bombs are thrown at, and what became of it. */
interface Range {
  api: TestApi;
  tokens: { user: string; admin: string; service: string; key: string };
  /** What cost too much, or was answered wrongly. */
  dear: readonly string[];
  thrown(): number;
  throwAt(target: Target, bombs: readonly Bomb[], throwing?: Throwing): Promise<void>;
}

/** For a file that shares its process with no other. */
export function bombRange(): Range {
  const platform = platformFixture({ hasBackend: true });
  const api = apiFixture(platform, { SDAPI_PORT: '0', GRAPH_PORT: '0', GRAPH_DOOR: 'user' });
  const tokens = { user: '', admin: '', service: '', key: '' };
  const dear: string[] = [];
  let thrown = 0;
  let ordinaryMs: number;
  let plainMs: number;
  beforeAll(async () => {
    const { accessToken: user } = await api.signUp();
    const { key } = (await api.call('/api/v1/users/api-keys', { token: user, body: { name: 'doors' } })).body;
    const service = (await addServiceKey(api)).key;
    Object.assign(tokens, { user, key, admin: await api.signInAsAdmin(), service });
    const profile = { name: 'profile', url: `${api.url}/api/v1/users/profile`, method: 'GET', token: user };
    const chat = { name: 'chat', url: `${api.url}/v1/chat/completions`, method: 'POST', token: key };
    const plain = plainBody(largeBytes);
    await meanOf(50, () => send(profile));
    ordinaryMs = await meanOf(100, () => send(profile));
    plainMs = await meanOf(5, () => send(chat, plain));
  });

  /** Garbage is collected when it is, so a bomb that costs too much is thrown again. */
  const throwAt: Range['throwAt'] = async (target, bombs, { mostBytes = 20_000 } = {}) => {
    for (const bomb of bombs) {
      const { name, text } = bomb;
      const limitMs = mostOrdinary * ordinaryMs + (mostPlain * plainMs * text.length) / largeBytes;
      let answer = await throwOnce(target, text);
      for (let again = 0; again < 2 && answer.cpuMs > limitMs; again++)
        answer = await throwOnce(target, text);
      const { status, bytes, cpuMs } = answer;
      thrown++;
      const what = `${target.name}, ${name}: ${status}`;
      if (cpuMs > limitMs) dear.push(`${what}, ${(cpuMs / ordinaryMs).toFixed(1)} ordinary requests`);
      if (bytes > mostBytes) dear.push(`${what}, an answer of ${bytes} bytes`);
      if (status >= 500 || [401, 403, 405, 429].includes(status)) dear.push(`${what} is no answer to a bomb`);
    }
  };
  return { api, tokens, dear, thrown: () => thrown, throwAt };
}

const tokenOf = ({ tokens }: Range): Record<RouteAuth, string | undefined> => ({
  none: undefined,
  optional: tokens.user,
  user: tokens.user,
  moderator: tokens.admin,
  admin: tokens.admin,
  service: tokens.service,
});

export async function throwAtOperations(range: Range): Promise<void> {
  const { api, dear, throwAt } = range;
  const document = createOpenApiDocument({
    publicUrl: 'http://localhost',
    workflows: [],
    servesFiles: true,
  });
  const samples = createSamples(document, { workflow: 'text2img' });
  for (const operation of describedOperations(document)) {
    const { auth, body, id, method } = operation;
    if (!body) continue;
    const token = tokenOf(range)[auth];
    const target = {
      name: id,
      url: `${api.url}${samples.pathOf(operation)}`,
      method,
      ...(token && { token }),
    };
    await throwAt(target, [...schemaBombs, ...propertyBombs(samples, body, usualBytes)]);
    if (id === 'login') await throwAt(target, readerBombs(usualBytes));
  }
  expect(dear).toEqual([]);
  expect(range.thrown()).toBeGreaterThan(500);
}

export const doors = ['openai', 'sdapi', 'graph'] as const;

export async function throwAtDoor(range: Range, door: (typeof doors)[number]): Promise<void> {
  const { api, tokens, dear, throwAt } = range;
  const base = { openai: api.url, sdapi: api.sdapiUrl, graph: api.graphUrl }[door];
  const read = await fetch(`${api.url}/openapi/${door}.json`);
  const document = (await read.json()) as OpenApiDocument;
  const samples = createSamples(document);
  for (const operation of describedOperations(document)) {
    const { body, method, path } = operation;
    if (!body) continue;
    const target = {
      name: path,
      url: `${base}${samples.pathOf(operation)}`,
      method,
      token: tokens.key,
    };
    await throwAt(target, [
      ...readerBombs(largeBytes),
      ...schemaBombs,
      ...propertyBombs(samples, body, usualBytes),
    ]);
  }
  expect(dear).toEqual([]);
}

export async function throwAtAssistants({ api, tokens, dear, throwAt }: Range): Promise<void> {
  const target = { name: '/mcp', url: `${api.url}/mcp`, method: 'POST', token: tokens.key };
  const inCall = (text: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"generate","arguments":${text}}}`;
  await throwAt(target, readerBombs(largeBytes));
  await throwAt(
    target,
    schemaBombs.flatMap(({ name, text }) => [
      { name, text },
      { name: `${name} in a call`, text: inCall(text) },
    ]),
  );
  expect(dear).toEqual([]);
}

export async function throwAtSockets(range: Range): Promise<void> {
  const { api, tokens, dear, throwAt } = range;
  const before = range.thrown();
  const socket = { method: 'GET', url: '' };
  const stomp = { ...socket, name: 'STOMP', open: () => openStomp(api.url, tokens.user) };
  await throwAt(stomp, stompBombs);
  const graph = { ...socket, name: 'graph socket', open: () => openGraph(api.graphUrl, tokens.key) };
  await throwAt(graph, graphBombs);
  expect(range.thrown() - before).toBe(stompBombs.length + graphBombs.length);
  expect(dear).toEqual([]);
}
