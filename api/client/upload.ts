import type { AssetView } from '@star-graph/contract/assets/assets';
import { ClientProblem, isProblem, Unreachable } from './clientProblem.ts';
import { operations } from './operations.generated.ts';
import { type CallOptions, type RequestDeps, readAnswer, sendRequest } from './request.ts';

export interface UploadOptions extends CallOptions {
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

/** Sends one file. An upload is not repeated: a second one would be a second asset. */
export async function uploadFile(
  deps: RequestDeps,
  config: { streamed: boolean },
  file: Blob,
  options: UploadOptions,
): Promise<AssetView> {
  const { onProgress } = options;
  const limits = { ...options, timeoutMs: options.timeoutMs ?? uploadTimeoutMs };
  const { signs } = deps.credentials;
  const xhr = onProgress && !signs && createXhr();
  if (xhr) return sendByXhr(deps, xhr, file, limits);
  const form = toForm(file, options.filename);
  const content = signs
    ? await encodeForm(form)
    : onProgress && config.streamed
      ? countForm(form, file.size, onProgress)
      : { body: form };
  const response = await sendRequest(
    deps,
    { method: 'POST', path: pathOf(options), isRepeatable: false, ...content },
    limits,
  );
  onProgress?.(file.size, file.size);
  return (await readAnswer(deps, response)) as AssetView;
}

const pathOf = ({ purpose }: UploadOptions): string =>
  operations.uploadAsset.path + (purpose === undefined ? '' : `?purpose=${purpose}`);

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

/** The same multipart body, with a count of the bytes read. */
function countForm(
  form: FormData,
  totalBytes: number,
  onProgress: (sentBytes: number, totalBytes: number) => void,
): { body: ReadableStream; headers: Record<string, string> } {
  const encoded = new Response(form);
  let sentBytes = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      sentBytes += chunk.length;
      // The envelope is counted too, but not reported.
      onProgress(Math.min(sentBytes, totalBytes), totalBytes);
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
  timeout: number;
  readonly status: number;
  readonly responseText: string;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  send(body: FormData): void;
  abort(): void;
}

function createXhr(): UploadRequest | undefined {
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => UploadRequest };
  return XMLHttpRequest && new XMLHttpRequest();
}

/** fetch does not report upload progress. */
async function sendByXhr(
  deps: RequestDeps,
  xhr: UploadRequest,
  file: Blob,
  options: UploadOptions,
): Promise<AssetView> {
  const headers = await deps.credentials.headers();
  options.signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const onAbort = () => xhr.abort();
    options.signal?.addEventListener('abort', onAbort, { once: true });
    xhr.upload.onprogress = (event) => options.onProgress?.(Math.min(event.loaded, file.size), file.size);
    xhr.onloadend = () => {
      options.signal?.removeEventListener('abort', onAbort);
      if (options.signal?.aborted) reject(options.signal.reason);
      else settle(xhr, resolve, reject);
    };
    xhr.open('POST', `${deps.baseUrl}${pathOf(options)}`);
    xhr.timeout = options.timeoutMs ?? uploadTimeoutMs;
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.send(toForm(file, options.filename));
  });
}

function settle(
  xhr: UploadRequest,
  resolve: (asset: AssetView) => void,
  reject: (error: Error) => void,
): void {
  const body = parseJson(xhr.responseText);
  if (xhr.status === 201) resolve(body as AssetView);
  else if (isProblem(body)) reject(new ClientProblem(body));
  else reject(new Unreachable('The upload was broken off.'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not the API's answer: the caller sees that it is not a problem document either.
    return undefined;
  }
}
