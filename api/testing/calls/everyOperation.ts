import type { RouteSpec } from '@star-graph/contract/route';
import { routes } from '@star-graph/contract/routes';
import { currentBuiltins } from '@star-graph/workflows';
import { createOpenApiDocument } from '../../pages/createDocument.ts';
import type { Answer, Call, TestApi } from '../servers/apiServer.ts';
import {
  createSamples,
  type DescribedOperation,
  describedOperations,
  type Schema,
} from './contractRequests.ts';

interface OperationCall extends Call {
  path?: string;
  isAnonymous?: true;
}

export interface EveryOperation {
  api: TestApi;
  /** `newcomer`: a person without history, who reads the same as `user`. */
  tokens: Record<'user' | 'newcomer' | 'admin' | 'service', string>;
  /** Values of parameters and fields by name. */
  known: Record<string, unknown>;
  /** Ids by the path of their list: `/api/v1/tasks`. */
  ids: Record<string, string>;
  /** Requests that a sample of the schema cannot be, by operation id. */
  calls: Record<string, () => Promise<OperationCall[]> | OperationCall[]>;
}

const document = createOpenApiDocument({
  publicUrl: 'http://localhost',
  workflows: currentBuiltins,
  servesFiles: true,
});

/** Sign-outs and deletions come last, parts before wholes, so that they take nothing from the other calls. */
const rank = ({ method, id }: DescribedOperation): number =>
  /delete|logout|revoke/i.test(id) || method === 'DELETE' ? 2 : method === 'GET' ? 1 : 0;

const byRank = (a: DescribedOperation, b: DescribedOperation): number =>
  rank(a) - rank(b) || (rank(a) === 2 ? b.path.split('/').length - a.path.split('/').length : 0);

/**
 * Calls every operation of the contract: lists once for each value of each filter and with all filters together, and
 * their second page.
 * @returns the operations that never succeeded, with their answers.
 */
export async function callEveryOperation(walk: EveryOperation): Promise<string[]> {
  const samples = createSamples(document, walk.known);
  const ids = { ...walk.ids };
  const failed: string[] = [];
  for (const operation of describedOperations(document).sort(byRank)) {
    const answers: string[] = [];
    const own = await walk.calls[operation.id]?.();
    const calls = own ?? listCalls(samples, operation);
    for (const call of calls) {
      const path = fillIds(call.path ?? samples.pathOf(operation), operation, ids);
      const { path: _path, isAnonymous, ...rest } = call;
      const token = isAnonymous ? {} : tokenOf(walk, operation);
      const answer = await walk.api.call(path, {
        ...token,
        method: operation.method,
        ...rest,
      });
      answers.push(
        `${answer.status}${answer.status < 400 ? '' : ` ${answer.body?.detail} ${JSON.stringify(answer.body?.errors ?? '')}`}`,
      );
      const wrong = answer.status < 400 && findUndescribed(operation, answer);
      if (wrong) failed.push(`${operation.id} answers otherwise than it is described: ${wrong}`);
      if (answer.status >= 400) continue;
      noteId(ids, operation, answer);
      if (operation.method === 'GET' && operation.auth === 'user')
        await walk.api.call(path, { token: walk.tokens.newcomer });
      const { nextCursor } = answer.body ?? {};
      if (typeof nextCursor === 'string')
        await walk.api.call(
          `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(nextCursor)}`,
          {
            ...token,
            method: operation.method,
          },
        );
    }
    if (!answers.some((text) => Number.parseInt(text, 10) < 400))
      failed.push(`${operation.id}: ${answers.join(', ')}`);
  }
  return failed;
}

/** What an answer has that its schema does not, or lacks: clients that are made of the document read it by that. */
function findUndescribed({ id }: DescribedOperation, { status, body }: Answer): string | undefined {
  const specs: Record<string, RouteSpec | undefined> = routes;
  const { success } = specs[id] ?? {};
  if (!success?.body || (success.contentType ?? 'application/json') !== 'application/json') return undefined;
  const read = success.body.safeParse(body);
  if (!read.success) return `${status} ${read.error.message}`;
  const [asRead, given] = [JSON.stringify(sorted(read.data)), JSON.stringify(sorted(body))];
  return asRead === given ? undefined : `${given} is read as ${asRead}`;
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
};

const tokenOf = ({ tokens }: EveryOperation, { auth }: DescribedOperation): Call => {
  if (auth === 'none') return {};
  if (auth === 'moderator') return { token: tokens.admin };
  return { token: auth === 'admin' || auth === 'service' ? tokens[auth] : tokens.user };
};

type Samples = ReturnType<typeof createSamples>;

function listCalls(samples: Samples, operation: DescribedOperation): OperationCall[] {
  const body = operation.body ? { body: samples.sampleOf(operation.body) } : {};
  const filters = operation.parameters.filter(
    (it) => it.in === 'query' && !['cursor', 'limit'].includes(it.name),
  );
  const valuesOf = ({ enum: values, ...schema }: Schema, name: string) =>
    values ?? [samples.sampleOf(schema, name)];
  const single = filters.flatMap(({ name, schema }) =>
    valuesOf(schema, name).map((value) => ({ [name]: value })),
  );
  const all = Object.assign({}, ...single);
  const chosen = single.length > 1 ? [{}, ...single, all] : [{}, ...single];
  return chosen.map((values) => ({ ...body, path: samples.pathOf(operation, values) }));
}

/** An id from the list with the same path, in place of an arbitrary one. */
function fillIds(path: string, operation: DescribedOperation, ids: Record<string, string>): string {
  const list = operation.path.split('/{')[0] ?? '';
  const id = ids[list];
  return id === undefined
    ? path
    : path.replace(/(?<=\/)01900000-0000-7000-8000-000000000000|(?<=\/)abcdefgh/, id);
}

function noteId(ids: Record<string, string>, operation: DescribedOperation, { body }: Answer): void {
  const id = body?.id ?? body?.items?.[0]?.id;
  if (typeof id === 'string' && !operation.path.includes('{') && !(operation.path in ids))
    ids[operation.path] = id;
}
