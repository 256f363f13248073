import { Validator } from '@seriousme/openapi-schema-validator';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import pino from 'pino';
import { expect, test } from 'vitest';
import { startApi } from '../startApi.ts';
import { fixture, platformFixture } from '../testing/servers/fixtures.ts';
import type { Door, DoorDeps } from './doorDeps.ts';
import { createGraphDoor } from './graph/graphDoor.ts';
import { createPersonRuns } from './graph/runs/personRuns.ts';
import { createOpenAiDoor } from './openai/openaiDoor.ts';
import { createSdapiDoor } from './sdapi/sdapiDoor.ts';

const platform = platformFixture();
const api = fixture(async () => {
  const env = parseConfig({ ...platform.env, SDAPI_PORT: '0', GRAPH_PORT: '0' });
  const started = await startApi({ clock: systemClock, log: pino({ level: 'silent' }) }, env);
  return Object.assign(started, { [Symbol.asyncDispose]: () => started.stop() });
});

interface Document {
  paths: Record<string, object>;
}

const read = async (url: string): Promise<Document> => (await fetch(url)).json() as Promise<Document>;

const operationsOf = ({ paths }: Document): string[] =>
  Object.entries(paths)
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
    .toSorted();

/** What a router answers; HEAD comes along with GET. */
const routesOf = ({ middleware }: Door): string[] =>
  (middleware.router?.stack ?? [])
    .flatMap(({ path, methods }) =>
      methods
        .filter((method) => method !== 'HEAD')
        .map((method) => `${method} ${String(path).replaceAll(/:(\w+)/g, '{$1}')}`),
    )
    .toSorted();

/** The router among what the door is made of. */
function createGraphRoutes(deps: DoorDeps): Door {
  const runs = createPersonRuns(deps);
  const stack = createGraphDoor({ ...deps, runs, mayUseClass: () => false });
  const middleware = stack.find((one): one is typeof one & Door['middleware'] => 'router' in one);
  if (!middleware) throw new Error('the door has no router');
  return { middleware, close: () => runs.close() };
}

const doors = [
  {
    name: 'openai',
    create: createOpenAiDoor,
    // A link that an answer gave, and the description itself.
    undescribed: ['GET /v1/images/results/{token}', 'GET /v1/openapi.json'],
  },
  { name: 'sdapi', create: createSdapiDoor, undescribed: [] },
  { name: 'graph', create: createGraphRoutes, undescribed: [] },
];

test.each(doors)(
  'the description of $name is valid, and has every route of its door',
  async ({ name, create, undescribed }) => {
    const document = await read(`${api.url}/openapi/${name}.json`);
    const { valid, errors } = await new Validator().validate(
      structuredClone(document) as unknown as Record<string, unknown>,
    );
    expect([valid, errors]).toEqual([true, undefined]);
    // Answers may have more than is described: clients that are made of the document must not refuse them.
    const answers = Object.values(document.paths).flatMap((item) =>
      Object.values(item as Record<string, { responses: Record<string, object> }>).map(({ responses }) =>
        JSON.stringify(responses['200']),
      ),
    );
    expect(answers.join()).not.toContain('"additionalProperties":false');
    const door = create(api.deps);
    door.close();
    const described = operationsOf(document);
    expect(described.length).toBeGreaterThan(4);
    expect([...described, ...undescribed].toSorted()).toEqual(routesOf(door));
  },
);

test('a door has its description where its clients look for it, and no other address has one', async () => {
  expect(await read(`${api.sdapiUrl}/openapi.json`)).toEqual(await read(`${api.url}/openapi/sdapi.json`));
  expect(await read(`${api.graphUrl}/openapi.json`)).toEqual(await read(`${api.url}/openapi/graph.json`));
  expect(await read(`${api.url}/v1/openapi.json`)).toEqual(await read(`${api.url}/openapi/openai.json`));
  expect((await fetch(`${api.url}/openapi/nothing.json`)).status).toBe(404);
});

test('a description has the parameters that requests are checked by', async () => {
  const { paths } = await read(`${api.url}/openapi/sdapi.json`);
  expect(paths['/sdapi/v1/txt2img']).toMatchObject({
    post: {
      requestBody: {
        content: {
          'application/json': {
            schema: {
              additionalProperties: false,
              properties: { batch_size: { anyOf: [{ minimum: 1, maximum: 16 }, { type: 'null' }] } },
            },
          },
        },
      },
    },
  });
});
