import type { AssetView } from '@star-graph/contract/assets/assets';
import { operations } from './operations.generated.ts';
import { type ApiRequest, type CallOptions, type RequestDeps, readAnswer, sendRequest } from './request.ts';

export interface UploadOptions extends CallOptions {
  /** What is sent again under it is one upload. Default: a new one, which holds for this call. */
  idempotencyKey?: string;
  /** Never shown; some proxies require a file name. */
  filename?: string;
  /** A mask is in no list of pictures. */
  purpose?: 'mask' | undefined;
  /** Bytes of the file sent so far. Without progress it is called only at the end. */
  onProgress?: (sentBytes: number, totalBytes: number) => void;
}

/** Whole photographs over slow lines. */
const uploadTimeoutMs = 10 * 60_000;

/** Sends one file and reads what is answered about it; nothing is stored, and its progress is not told. */
export async function sendFile(
  deps: RequestDeps,
  path: string,
  file: Blob,
  options: CallOptions,
): Promise<unknown> {
  const limits = { ...options, timeoutMs: options.timeoutMs ?? uploadTimeoutMs };
  const form = toForm(file);
  const content = deps.credentials.signs ? await encodeForm(form) : { body: form };
  return readAnswer(
    deps,
    await sendRequest(deps, { method: 'POST', path, isRepeatable: false, ...content }, limits),
  );
}

/** Sends one file. Under its key it is one upload, so it is sent again where no answer came. */
export async function uploadFile(
  deps: RequestDeps,
  config: { streamed: boolean },
  file: Blob,
  options: UploadOptions,
): Promise<AssetView> {
  const { onProgress, idempotencyKey = crypto.randomUUID() } = options;
  const limits = { ...options, timeoutMs: options.timeoutMs ?? uploadTimeoutMs };
  const { signs } = deps.credentials;
  const tell = (sentBytes: number) => onProgress?.(Math.min(sentBytes, file.size), file.size);
  const sendByXhr = onProgress && !signs && createXhrFetch(tell);
  const form = toForm(file, options.filename);
  const isCounted = onProgress && config.streamed && !sendByXhr;
  const request: ApiRequest = {
    method: 'POST',
    path: operations.uploadAsset.path + (options.purpose === undefined ? '' : `?purpose=${options.purpose}`),
    isRepeatable: operations.uploadAsset.repeatable,
    ...(signs
      ? await encodeForm(form)
      : isCounted
        ? { content: () => countForm(form, tell) }
        : { body: form }),
  };
  const headers = { ...request.headers, 'Idempotency-Key': idempotencyKey };
  const sender = sendByXhr ? { ...deps, fetch: sendByXhr } : deps;
  const response = await sendRequest(sender, { ...request, headers }, limits);
  onProgress?.(file.size, file.size);
  return (await readAnswer(deps, response)) as AssetView;
}

function toForm(file: Blob, filename = 'upload'): FormData {
  const form = new FormData();
  form.set('file', file, filename);
  return form;
}

/** The multipart body as a whole, for its digest. */
async function encodeForm(
  form: FormData,
): Promise<{ body: Uint8Array<ArrayBuffer>; headers: Record<string, string> }> {
  const encoded = new Response(form);
  return {
    body: new Uint8Array(await encoded.arrayBuffer()),
    headers: { 'Content-Type': encoded.headers.get('content-type') ?? '' },
  };
}

/** The same multipart body, with a count of the bytes read; the envelope is counted too. */
function countForm(
  form: FormData,
  tell: (sentBytes: number) => void,
): { body: ReadableStream; headers: Record<string, string> } {
  const encoded = new Response(form);
  let sentBytes = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      sentBytes += chunk.length;
      tell(sentBytes);
      controller.enqueue(chunk);
    },
  });
  if (!encoded.body) throw new Error('a form has a body');
  return {
    body: encoded.body.pipeThrough(count),
    headers: { 'Content-Type': encoded.headers.get('content-type') ?? '' },
  };
}

/** The used part of XMLHttpRequest; pages of a browser have it, workers of an extension and Node do not. */
interface UploadRequest {
  upload: { onprogress: ((event: { loaded: number }) => void) | null };
  onloadend: (() => void) | null;
  readonly status: number;
  readonly responseText: string;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: unknown): void;
  abort(): void;
}

/** fetch that tells how much was sent, which fetch itself does not. Undefined where there is none. */
function createXhrFetch(tell: (sentBytes: number) => void): typeof fetch | undefined {
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => UploadRequest };
  if (!XMLHttpRequest) return undefined;
  return (url, { method = 'GET', headers, signal, body } = {}) =>
    new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      const onAbort = () => xhr.abort();
      signal?.addEventListener('abort', onAbort, { once: true });
      xhr.upload.onprogress = ({ loaded }) => tell(loaded);
      xhr.onloadend = () => {
        signal?.removeEventListener('abort', onAbort);
        if (signal?.aborted) reject(signal.reason);
        else if (xhr.status === 0) reject(new TypeError('The upload was broken off.'));
        else resolve(new Response(xhr.responseText, { status: xhr.status, headers: retryAfterOf(xhr) }));
      };
      xhr.open(method, String(url));
      for (const [name, value] of Object.entries(headers ?? {})) xhr.setRequestHeader(name, value);
      xhr.send(body);
    });
}

/** No other header of an answer is read. */
function retryAfterOf(xhr: UploadRequest): Record<string, string> {
  const seconds = xhr.getResponseHeader('Retry-After');
  return seconds === null ? {} : { 'Retry-After': seconds };
}
