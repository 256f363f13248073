import type { AssetView } from '@star-graph/contract/assets/assets';
import type { RequestOf, ResponseOf, RouteSpec } from '@star-graph/contract/route';
import type { OperationId, Routes } from '@star-graph/contract/routes';
import type { GenerateBodyOf, QuoteView } from '@star-graph/contract/tasks/generate';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { WritingView } from '@star-graph/contract/tasks/writing';
import { anonymous, type Credentials } from './credentials.ts';
import { type Operation, operations } from './operations.generated.ts';
import { type CallOptions, type RequestDeps, readAnswer, sendRequest } from './request.ts';
import { sendFile, type UploadOptions, uploadFile } from './upload.ts';

export interface ClientConfig {
  /** Where the API is, e.g. `https://pictures.example`. */
  baseUrl: string;
  /** Default: no credential. */
  credentials?: Credentials;
  fetch?: typeof fetch;
  /** Further headers, read as each request is sent: `traceparent`. */
  headers?: () => Record<string, string>;
  /**
   * Has the person prove that it is them, by another client's `provePresence`: a request that was refused for want of it
   * is then sent again. False: they would not, and the refusal stands.
   */
  provePresence?: () => Promise<boolean>;
  /** See `RequestDeps`. */
  readText?: RequestDeps['readText'];
  /** Uploads by a streamed body, for progress without XMLHttpRequest (Node). */
  streamUploads?: boolean;
}

export interface KeyedOptions extends CallOptions {
  /** Default: a random one, so that a repeated request takes effect once. Set your own to repeat across restarts. */
  idempotencyKey?: string;
}

/** The server waits for another one, and then looks at the file. */
const importTimeoutMs = 60_000;
/** What an operator may give a text model, and a little. */
const writingTimeoutMs = 310_000;

/** Parts of a request that are `undefined` are left out; a part without required fields is optional. */
type Part<Name extends string, Value> = [Value] extends [undefined]
  ? { [Key in Name]?: undefined }
  : Record<string, never> extends Value
    ? { [Key in Name]?: Value }
    : { [Key in Name]: Value };
type RequestArgs<Spec extends RouteSpec> = Part<'params', RequestOf<Spec>['params']> &
  Part<'query', RequestOf<Spec>['query']> &
  Part<'body', RequestOf<Spec>['body']>;

type Method<Spec extends RouteSpec> =
  Record<string, never> extends RequestArgs<Spec>
    ? (request?: RequestArgs<Spec>, options?: CallOptions) => Promise<ResponseOf<Spec>>
    : (request: RequestArgs<Spec>, options?: CallOptions) => Promise<ResponseOf<Spec>>;

/** Operations whose calls have a shape of their own; the events of a task are read by `watchTask`. */
type OwnShape =
  | 'generate'
  | 'quote'
  | 'expandPrompt'
  | 'describeAsset'
  | 'uploadAsset'
  | 'importAsset'
  | 'adminProposeFromFile'
  | 'followTask';

export type ApiClient = { [Id in Exclude<OperationId, OwnShape>]: Method<Routes[Id]> } & {
  generate<Name extends string>(
    workflow: Name,
    body: GenerateBodyOf<Name>,
    options?: KeyedOptions,
  ): Promise<TaskView>;
  quote<Name extends string>(
    workflow: Name,
    body: GenerateBodyOf<Name>,
    options?: CallOptions,
  ): Promise<QuoteView>;
  /** Each is paid for once, however often its request is repeated. */
  expandPrompt(prompt: string, options?: KeyedOptions): Promise<WritingView>;
  describeAsset(id: string, options?: KeyedOptions): Promise<WritingView>;
  uploadAsset(file: Blob, options?: UploadOptions): Promise<AssetView>;
  /** Takes a picture or film from a link. */
  importAsset(url: string, options?: KeyedOptions): Promise<AssetView>;
  adminProposeFromFile(
    file: Blob,
    options?: CallOptions,
  ): Promise<ResponseOf<Routes['adminProposeFromFile']>>;
  /** For what goes beyond REST: `watchTask(client.deps, …)`, `connectEvents(client.deps, …)`. */
  readonly deps: RequestDeps;
};

interface LooseRequest {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** One method for each operation of the contract, by its operation id. @throws (each) ClientProblem, Unreachable. */
export function createClient(config: ClientConfig): ApiClient {
  const deps: RequestDeps = {
    baseUrl: config.baseUrl.replace(/\/+$/, ''),
    // Called without a receiver: browsers insist on `window`.
    fetch: config.fetch ?? ((input, init) => fetch(input, init)),
    credentials: config.credentials ?? anonymous,
    ...(config.headers && { headers: config.headers }),
    ...(config.readText && { readText: config.readText }),
    ...(config.provePresence && { provePresence: config.provePresence }),
  };
  const methods: Record<string, unknown> = {};
  for (const [operationId, operation] of Object.entries(operations)) {
    methods[operationId] = (request: LooseRequest = {}, options?: CallOptions) =>
      call(deps, operation, request, options);
  }
  methods.generate = (workflow: string, body: unknown, options: KeyedOptions = {}) =>
    call(deps, operations.generate, { params: { workflow }, body }, options, keyHeader(options));
  methods.quote = (workflow: string, body: unknown, options?: CallOptions) =>
    call(deps, operations.quote, { params: { workflow }, body }, options);
  methods.uploadAsset = (file: Blob, options: UploadOptions = {}) =>
    uploadFile(deps, { streamed: config.streamUploads ?? false }, file, options);
  const write = (operation: Operation, request: LooseRequest, options: KeyedOptions = {}) =>
    call(deps, operation, request, { timeoutMs: writingTimeoutMs, ...options }, keyHeader(options));
  methods.expandPrompt = (prompt: string, options?: KeyedOptions) =>
    write(operations.expandPrompt, { body: { prompt } }, options);
  methods.describeAsset = (id: string, options?: KeyedOptions) =>
    write(operations.describeAsset, { params: { id } }, options);
  methods.importAsset = (url: string, options: KeyedOptions = {}) =>
    call(
      deps,
      operations.importAsset,
      { body: { url } },
      { timeoutMs: importTimeoutMs, ...options },
      keyHeader(options),
    );
  methods.adminProposeFromFile = (file: Blob, options: CallOptions = {}) =>
    sendFile(deps, operations.adminProposeFromFile.path, file, options);
  // Each method was made from the table that the contract's test compares with the contract.
  return { ...methods, deps } as unknown as ApiClient;
}

const keyHeader = ({ idempotencyKey }: KeyedOptions): Record<string, string> => ({
  'Idempotency-Key': idempotencyKey ?? crypto.randomUUID(),
});

async function call(
  deps: RequestDeps,
  operation: Operation,
  request: LooseRequest,
  options?: CallOptions,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
  const response = await sendRequest(
    deps,
    {
      method: operation.method.toUpperCase(),
      path: fillPath(operation.path, request.params ?? {}) + presentQuery(request.query ?? {}),
      headers: 'body' in body ? { ...headers, 'Content-Type': 'application/json' } : headers,
      isRepeatable: operation.repeatable,
      ...body,
    },
    options,
  );
  return await readAnswer(deps, response);
}

const fillPath = (path: string, params: Record<string, unknown>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));

function presentQuery(query: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
