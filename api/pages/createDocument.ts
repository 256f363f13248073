import { type ProblemCodeView, problemSchema } from '@star-graph/contract/problems';
import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { idempotencyKeySchema } from '@star-graph/contract/tasks/generate';
import { taskMetaSchema, taskSchema } from '@star-graph/contract/tasks/tasks';
import type { Workflow } from '@star-graph/workflows';
import { describeParams } from '@star-graph/workflows/params/paramsMeta';
import { problems } from '@star-graph/workflows/shared/problems';
import { signatureScheme } from '@star-graph/workflows/shared/signedText';
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { version } from '../version.ts';

interface PossibleProblem {
  status: number;
  code: ProblemCodeView;
}

/** All problems of a route: its own list, and those that follow from the rest of its spec. */
function problemsOf(spec: RouteSpec): PossibleProblem[] {
  const isJson = spec.body !== undefined && spec.bodyType !== 'multipart/form-data';
  const codes: ProblemCodeView[] = [
    ...(spec.params ? (['not-found'] as const) : []),
    // For every route: none takes an unknown query parameter.
    'invalid-params',
    ...(spec.body ? (['too-large', 'unsupported-media'] as const) : []),
    ...(spec.auth === 'none' ? [] : (['unauthenticated', 'forbidden', 'account-disabled'] as const)),
    ...(spec.needsPresence ? (['presence-required'] as const) : []),
    ...(spec.sessionCookie ? (['forbidden'] as const) : []),
    ...(spec.unlimited ? [] : (['rate-limited'] as const)),
    ...(spec.problems ?? []),
    'unavailable',
    'internal',
  ];
  return [
    ...(isJson ? [{ status: 400, code: 'invalid-params' as const }] : []),
    ...codes.map((code) => ({ status: problems[code].status, code })),
  ];
}

const problemContent = { 'application/problem+json': { schema: problemSchema } };

/** What the server says before it knows which operation was meant, so that each may be answered with it. */
const transportProblem = {
  description:
    'Before the operation: a request that is not HTTP (400), no such path (404) or method (405), too slow (408), an expectation (417), another host (421), headers that are too large (431)',
  content: problemContent,
};

function describeProblems(spec: RouteSpec): NonNullable<ZodOpenApiOperationObject['responses']> {
  const byStatus = Map.groupBy(problemsOf(spec), ({ status }) => status);
  const described = [...byStatus].map(([status, problems]) => {
    const description = [...new Set(problems.map(({ code }) => code))].join(', ');
    return [String(status), { description, content: problemContent }] as const;
  });
  return { ...Object.fromEntries(described), ...describeRefusal(spec) };
}

/** The route's own answer of that status, in place of a problem document. */
function describeRefusal({ refusal }: RouteSpec): NonNullable<ZodOpenApiOperationObject['responses']> {
  if (!refusal) return {};
  const { status, description, body } = refusal;
  return { [status]: { description, content: { 'application/json': { schema: body } } } };
}

const idempotencyKeyHeader = idempotencyKeySchema.optional().meta({
  description: 'The same key and body make one task, however often they are sent within 24 hours',
  param: { name: 'Idempotency-Key', in: 'header', id: 'IdempotencyKey' },
});

const lastEventIdHeader = z
  .string()
  .optional()
  .meta({
    description: 'The id of the last event that was received: what came after it follows',
    param: { name: 'Last-Event-ID', in: 'header', id: 'LastEventId' },
  });

const actForHeader = z
  .string()
  .optional()
  .meta({
    description: 'With a service key: whom the request is for, as discord:<user id>',
    param: { name: 'Star-Graph-Act-For', in: 'header', id: 'ActFor' },
  });

const placeHeader = z
  .string()
  .optional()
  .meta({
    description:
      'With a service key: where it is done, as discord:<server id>;channel=<ids>;role=<ids>; price and shared credits follow its policy',
    param: { name: 'Star-Graph-Place', in: 'header', id: 'Place' },
  });

const sessionCookieHeader = z
  .literal('cookie')
  .optional()
  .meta({
    description:
      'For a page of the API’s own origin: the refresh token is a cookie that scripts cannot read, and no part of the body',
    param: { name: 'Star-Graph-Session', in: 'header', id: 'SessionCookie' },
  });

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** The contract as OpenAPI 3.1, with a path of its own for each workflow, whose parameters it knows. */
export function createOpenApiDocument(config: {
  publicUrl: string;
  workflows: readonly Workflow[];
  /** Whether the API serves the files, and no object store. */
  servesFiles: boolean;
}): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = config.servesFiles ? { ...filesPath } : {};
  for (const [operationId, spec] of Object.entries(routes as Record<string, RouteSpec>)) {
    paths[spec.path] = { ...paths[spec.path], [spec.method]: describeOperation(operationId, spec) };
  }
  for (const workflow of config.workflows) {
    paths[`/api/v1/generate/${workflow.name}`] = { post: describeWorkflow(workflow, 'generate') };
    paths[`/api/v1/generate/${workflow.name}/quote`] = { post: describeWorkflow(workflow, 'quote') };
  }
  const document: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: {
      title: 'Star-Graph',
      version,
      description:
        'Pictures and video on a pool of ComfyUI servers. Failures are problem documents (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: config.publicUrl }],
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token, an API key or a service key',
        },
        signature: {
          type: 'http',
          scheme: signatureScheme.toLowerCase(),
          description:
            'A service key that signs: HMAC-SHA256 over method, path, timestamp, nonce, Star-Graph-Act-For, Star-Graph-Place and Content-Digest, as the page on service keys has it',
        },
      },
      schemas: { Task: taskSchema, TaskMeta: taskMetaSchema, Problem: problemSchema },
    },
    security: [{ bearer: [] }, { signature: [] }],
    paths,
  };
  return createDocument(document, { override: ({ jsonSchema }) => withoutFalse(jsonSchema) });
}

/** A bounded tuple needs no schema of its further items, and several generators of clients read none that is `false`. */
function withoutFalse(schema: { items?: unknown; maxItems?: number | undefined }): void {
  if (schema.items === false && schema.maxItems !== undefined) delete schema.items;
}

function describeOperation(operationId: string, spec: RouteSpec): ZodOpenApiOperationObject {
  const { status, description, body, contentType = 'application/json' } = spec.success;
  const headers = [
    ...(spec.idempotent ? [idempotencyKeyHeader] : []),
    ...(spec.success.contentType === 'text/event-stream' ? [lastEventIdHeader] : []),
    ...(spec.forDelegates ? [actForHeader] : []),
    ...(spec.placed ? [placeHeader] : []),
    ...(spec.sessionCookie ? [sessionCookieHeader] : []),
  ];
  const content = body ? { content: { [contentType]: { schema: body } } } : describeBytes(spec);
  return {
    operationId,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.auth === 'none' ? { security: [] } : {}),
    ...(spec.auth === 'optional' ? { security: [{}, { bearer: [] }, { signature: [] }] } : {}),
    ...(headers.length > 0 ? { parameters: headers } : {}),
    requestParams: {
      ...(spec.params ? { path: spec.params } : {}),
      ...(spec.query ? { query: spec.query } : {}),
    },
    ...(spec.body
      ? {
          requestBody: {
            required: true,
            content: { [spec.bodyType ?? 'application/json']: { schema: spec.body } },
          },
        }
      : {}),
    responses: {
      [status]: { description, ...content },
      ...(spec.unchanged === undefined ? {} : { 200: { description: spec.unchanged, ...content } }),
      ...describeProblems(spec),
      '4XX': transportProblem,
    },
  };
}

const describeBytes = ({ success: { contentType } }: RouteSpec) =>
  contentType === undefined ? {} : { content: { [contentType]: { schema: { type: 'string' as const } } } };

/** The document is the same for every pool. */
const defaultsOf = ({ inventoryParams }: Workflow): string =>
  Object.keys(inventoryParams).length === 0
    ? ''
    : ' GET /api/v1/workflows tells which names the GPU servers know, and which model stands in for a default that they lack.';

const enginesOf = ({ name, engine }: Workflow): string =>
  engine?.of === name
    ? ' Several engines may do it: `model` chooses one by name, and GET /api/v1/workflows lists them with their own parameters.'
    : '';

function describeWorkflow(workflow: Workflow, operation: 'generate' | 'quote'): ZodOpenApiOperationObject {
  const { $schema: _dialect, ...params } = describeParams(workflow.params);
  const properties = { ...params.properties, meta: { $ref: '#/components/schemas/TaskMeta' } };
  const { requestParams: _params, ...described } = describeOperation(operation, routes[operation]);
  const name = workflow.name.replaceAll(/(^|[^a-z0-9])([a-z0-9])/g, (_match, _gap, letter: string) =>
    letter.toUpperCase(),
  );
  return {
    ...described,
    operationId: `${operation}${name}`,
    summary: `${routes[operation].summary}: ${workflow.title.en}`,
    description: `${workflow.description.en}${defaultsOf(workflow)}${enginesOf(workflow)}`,
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { ...params, properties } as object } },
    },
  };
}

const bytes = { '*/*': { schema: { type: 'string' as const, format: 'binary' } } };
const problem = (description: string) => ({ description, content: problemContent });

/**
 * Signed links are followed as they are, so they are not an operation of the contract; they are described all the
 * same.
 */
const filesPath: ZodOpenApiPathsObject = {
  '/files/{key}': {
    get: {
      operationId: 'getFile',
      tags: ['assets'],
      summary: 'Read the bytes behind the link of an asset',
      description:
        'Follow the url of an asset as it is: the key has slashes in it, and the signature covers all but the host. A deleted asset is not found, whatever its link says.',
      security: [],
      requestParams: {
        path: z.object({ key: z.string() }),
        query: z.object({ expires: z.string(), name: z.string().optional(), signature: z.string() }),
        header: z.object({
          Range: z
            .string()
            .optional()
            .meta({ examples: ['bytes=0-1023'] }),
          'If-Range': z.string().optional(),
          'If-None-Match': z.string().optional(),
        }),
      },
      responses: {
        '200': { description: 'The whole file', content: bytes },
        '206': { description: 'The part that Range asks for', content: bytes },
        '304': { description: 'The client has it already' },
        '403': problem('forbidden'),
        '404': problem('not-found'),
        '416': problem('invalid-params'),
        '4XX': transportProblem,
        '500': problem('internal'),
        '503': problem('unavailable'),
      },
    },
  },
};
