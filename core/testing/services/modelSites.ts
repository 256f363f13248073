import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answering } from './answering.ts';

/** A file as its author put it up. */
interface Published {
  content: Buffer;
  /** Sent only with the key. */
  isGated?: boolean;
  /** Kept beside the page itself, as small files of the Hub are. */
  isSmall?: boolean;
}

/**
 * In place of Hugging Face and Civitai, each at an address of its own, with the store of signed addresses that both lead
 * to. They answer as developer.civitai.com and the clients of the Hub describe them, and refuse what those refuse:
 * without a key what is gated, and what is not there; at the store an address without its signature, and one that comes
 * with a key beside it.
 */
export interface ModelSitesStandIn extends AsyncDisposable {
  huggingface: string;
  civitai: string;
  key: string;
  /** Documents by `owner/name` and by Civitai's id of a model. */
  repositories: Map<string, object>;
  models: Map<string, object>;
  /** By the path of the file at its site. */
  files: Map<string, Published>;
  /** Paths with `renamed` lead elsewhere. */
  moved: Map<string, string>;
  /** Each request: the site or the store, its path, and whether it came with a key. */
  asked: { at: 'huggingface' | 'civitai' | 'store'; path: string; hasKey: boolean; range?: string }[];
}

type Known = Pick<ModelSitesStandIn, 'repositories' | 'models' | 'files' | 'moved' | 'asked'>;

export async function startModelSites(key = 'key-of-the-operator'): Promise<ModelSitesStandIn> {
  const known: Known = {
    repositories: new Map(),
    models: new Map(),
    files: new Map(),
    moved: new Map(),
    asked: [],
  };
  const note = (at: ModelSitesStandIn['asked'][number]['at'], request: IncomingMessage) => {
    const url = new URL(request.url ?? '/', 'http://site');
    const hasKey = request.headers.authorization === `Bearer ${key}`;
    const range = request.headers.range;
    known.asked.push({
      at,
      path: `${url.pathname}${url.search}`,
      hasKey,
      ...(range !== undefined && { range }),
    });
    return { url, path: url.pathname, hasKey };
  };
  const store = await serve((request, response) => {
    const { url, path } = note('store', request);
    // As S3 does where a signature and a header both say who asks.
    if (request.headers.authorization !== undefined) return json(response, 400, { error: 'InvalidArgument' });
    if (url.searchParams.get('X-Amz-Signature') !== signatureOf(path))
      return json(response, 403, { error: 'SignatureDoesNotMatch' });
    const file = known.files.get(decodeURIComponent(path));
    if (!file) return json(response, 404, { error: 'NoSuchKey' });
    return sendFile(request, response, file.content);
  });
  const hub = await serve((request, response) =>
    answerAsHub(known, store.url, note('huggingface', request), request, response),
  );
  const civitai = await serve((request, response) =>
    answerAsCivitai(known, store.url, note('civitai', request), response),
  );
  return {
    huggingface: hub.url,
    civitai: civitai.url,
    key,
    ...known,
    async [Symbol.asyncDispose]() {
      for (const { server } of [store, hub, civitai]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

const signatureOf = (path: string): string => createHash('sha256').update(`store${path}`).digest('hex');

/** Where a file lies now, for whoever may have it. */
function lead(
  response: ServerResponse,
  status: number,
  store: string,
  path: string,
  { content }: Published,
): unknown {
  const headers = {
    location: `${store}${path}?X-Amz-Signature=${signatureOf(path)}`,
    'x-linked-etag': `"${createHash('sha256').update(content).digest('hex')}"`,
    'x-linked-size': content.length,
  };
  return response.writeHead(status, headers).end();
}

interface Noted {
  path: string;
  hasKey: boolean;
}

function answerAsHub(
  { repositories, moved, files }: Known,
  store: string,
  { path, hasKey }: Noted,
  request: IncomingMessage,
  response: ServerResponse,
): unknown {
  const name = /^\/api\/models\/([^/]+\/[^/]+)(?:\/revision\/[^/]+)?$/.exec(path)?.[1] ?? '';
  const place = moved.get(name);
  if (place !== undefined) return response.writeHead(307, { location: `/api/models/${place}` }).end();
  const document = repositories.get(name);
  if (document) return json(response, 200, document);
  const file = files.get(decodeURIComponent(path));
  // Nobody learns without a key whether something is private or not there.
  if (!file && !hasKey) return json(response, 401, { error: 'Invalid username or password.' });
  if (!file) return json(response, 404, { error: 'Repository not found' });
  if (file.isGated && !hasKey) return json(response, 401, { error: 'Access to this model is restricted.' });
  if (file.isSmall) return sendFile(request, response, file.content);
  return lead(response, 302, store, path, file);
}

function answerAsCivitai(
  { models, files }: Known,
  store: string,
  { path, hasKey }: Noted,
  response: ServerResponse,
): unknown {
  const id = /^\/api\/v1\/models\/(\d+)$/.exec(path)?.[1] ?? '';
  const document = models.get(id);
  if (document) return json(response, 200, document);
  const file = files.get(decodeURIComponent(path));
  if (!file) return json(response, 404, { error: 'No model with this id' });
  if (file.isGated && !hasKey) return json(response, 401, { error: 'Unauthorized' });
  return lead(response, 307, store, path, file);
}

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<{ server: Server; url: string }> {
  const server = createServer(answering(async (request, response) => void answer(request, response)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const json = (response: ServerResponse, status: number, body: object): unknown =>
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));

/** With a strong tag, and ranges on condition of it. */
function sendFile({ headers }: IncomingMessage, response: ServerResponse, content: Buffer): unknown {
  const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
  const start = from !== undefined && headers['if-range'] === '"v1"' ? Number(from) : 0;
  response.writeHead(start > 0 ? 206 : 200, {
    etag: '"v1"',
    'content-type': 'application/octet-stream',
    'content-length': content.length - start,
    ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  return response.end(content.subarray(start));
}
