import { Validator } from '@seriousme/openapi-schema-validator';
import { problemCodeSchema } from '@star-graph/contract/problems';
import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { currentBuiltins } from '@star-graph/workflows';
import { expect, test } from 'vitest';
import { createOpenApiDocument } from './createDocument.ts';

const document = createOpenApiDocument({
  publicUrl: 'http://localhost:8080',
  workflows: currentBuiltins,
  servesFiles: true,
});
const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item ?? {}).map(([method, operation]) => ({ path, method, operation })),
);

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
  expect(result.errors ?? []).toEqual([]);
  expect([result.valid, validator.version]).toEqual([true, '3.1']);
});

test('each operation tells of refusals before it, and nothing is described by false', () => {
  for (const { operation } of operations)
    expect(operation.responses).toHaveProperty(['4XX', 'content', 'application/problem+json']);
  expect(JSON.stringify(document)).not.toContain('"items":false');
});

test('the document has every operation once, and every workflow', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(Object.keys(routes)));
  // And the address of files, which is no operation of the contract.
  expect(ids).toHaveLength(Object.keys(routes).length + 2 * currentBuiltins.length + 1);
  for (const spec of Object.values(routes) as RouteSpec[])
    expect(document.paths?.[spec.path]?.[spec.method]).toBeDefined();
});

test('a workflow is described with its own parameters and refuses others', () => {
  const body = document.paths?.['/api/v1/generate/upscale']?.post?.requestBody;
  expect(body).toMatchObject({
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['image'],
          additionalProperties: false,
          properties: {
            scale: { enum: [2, 4], default: 2 },
            meta: { $ref: '#/components/schemas/TaskMeta' },
          },
        },
      },
    },
  });
});

test('an operation that may find the same says so', () => {
  const { responses } = document.paths?.['/api/admin/workflows']?.post ?? {};
  expect(Object.keys(responses ?? {})).toEqual(expect.arrayContaining(['200', '201']));
  const [same, created] = [responses?.['200'], responses?.['201']] as { content?: object }[];
  expect(same?.content).toEqual(created?.content);
});

test('every problem of an operation is in the contract', () => {
  const named = operations.flatMap(({ operation }) =>
    Object.values(operation.responses ?? {}).flatMap((response) => {
      const { content = {}, description = '' } = response as { content?: object; description?: string };
      return 'application/problem+json' in content && !description.startsWith('Before the operation')
        ? description.split(', ')
        : [];
    }),
  );
  expect(named.length).toBeGreaterThan(50);
  for (const code of new Set(named)) expect(problemCodeSchema.options).toContain(code);
});

test('files are described only if the API serves them', () => {
  expect(document.paths).toHaveProperty('/files/{key}');
  const without = createOpenApiDocument({
    publicUrl: 'http://localhost',
    workflows: currentBuiltins,
    servesFiles: false,
  });
  expect(without.paths).not.toHaveProperty('/files/{key}');
});

test('a service key may act for people only where allowed', () => {
  const taking = operations
    .filter(({ operation }) => JSON.stringify(operation.parameters ?? []).includes('ActFor'))
    .map(({ operation }) => operation.operationId);
  expect(taking).toEqual(
    expect.arrayContaining([
      'getTask',
      'createLinkCode',
      'putGuildPolicy',
      'adminListUsers',
      'adminPatchUser',
    ]),
  );
  const closed = [
    'login',
    'link',
    'getStatus',
    'createApiKey',
    'deleteSessions',
    'adminCreateServiceKey',
    'getFile',
  ];
  for (const id of closed) expect(taking).not.toContain(id);
});

test('the readiness that is refused is told by its own body', () => {
  expect(document.paths?.['/readyz']?.get?.responses?.['503']).toMatchObject({
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Readiness' } } },
  });
});
