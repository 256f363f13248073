import { request as httpRequest } from 'node:http';
import type { RecordedEvent, RecordedPart } from '@star-graph/core/testing/comfy/recording';
import { isJsonObject } from '../json.ts';
import { inputFile } from './inputFiles.ts';
import { type Bindings, unify } from './unify.ts';

type RecordedRequest = Extract<RecordedEvent, { kind: 'http-request' }>;
type RecordedResponse = Extract<RecordedEvent, { kind: 'http-response' }>;

export interface ReplayResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

const requestTimeoutMs = 120_000;

/** Sends a recorded request to the replay's server, with what is bound put in place. */
export async function sendRecorded(
  baseUrl: string,
  recorded: RecordedRequest,
  bindings: Bindings,
): Promise<ReplayResponse> {
  const headers: Record<string, string> = { ...recorded.headers };
  let body: Buffer | undefined;
  if (recorded.json !== undefined) body = Buffer.from(bindings.substitute(JSON.stringify(recorded.json)));
  else if (recorded.raw_body !== undefined) body = rawBody(recorded.raw_body);
  else if (recorded.multipart) {
    const response = new Response(await formOf(recorded.multipart));
    headers['Content-Type'] = response.headers.get('content-type') ?? '';
    body = Buffer.from(await response.arrayBuffer());
  }
  // A page on the server's own address has that address as its origin.
  const { host } = new URL(baseUrl);
  if (/^http:\/\/127\.0\.0\.1:819?\d+$/.test(headers.Origin ?? '')) headers.Origin = `http://${host}`;
  if (body) headers['Content-Length'] = String(body.length);
  return exchange(`${baseUrl}${bindings.substitute(recorded.path)}`, recorded.method, headers, body);
}

function exchange(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: Buffer | undefined,
): Promise<ReplayResponse> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, timeout: requestTimeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.on('timeout', () => request.destroy(new Error(`no answer to ${method} ${url}`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** The recorder wrote `<n bytes>` for a body too big to keep. */
function rawBody(text: string): Buffer {
  const size = /^<(\d+) bytes>$/.exec(text)?.[1];
  return size ? Buffer.alloc(Number(size), 0x20) : Buffer.from(text);
}

async function formOf(parts: readonly RecordedPart[]): Promise<FormData> {
  const form = new FormData();
  for (const part of parts) {
    if (part.filename === undefined) {
      form.set(part.name, part.value ?? '');
      continue;
    }
    const bytes = await inputFile(part.filename, part.bytes ?? 0);
    form.set(part.name, new Blob([new Uint8Array(bytes)], { type: part.content_type ?? '' }), part.filename);
  }
  return form;
}

/** Headers whose presence and form are compared; sizes and dates follow from what is compared elsewhere. */
const comparedHeaders = ['Content-Type', 'Content-Disposition', 'Accept-Ranges', 'Connection'];
const presentHeaders = ['Etag', 'Last-Modified', 'Content-Range', 'Content-Length', 'Transfer-Encoding'];

export function compareResponse(
  recorded: RecordedResponse,
  actual: ReplayResponse,
  bindings: Bindings,
): string[] {
  const faults: string[] = [];
  if (recorded.status !== actual.status) {
    const body = actual.body.toString().slice(0, 300);
    faults.push(`status: recorded ${recorded.status}, replayed ${actual.status} ${body}`);
  }
  for (const name of comparedHeaders) {
    const wanted = recorded.headers[name];
    const given = actual.headers[name.toLowerCase()];
    if (wanted === undefined && name === 'Connection') continue;
    faults.push(...unify(unquote(wanted), unquote(given), bindings, `header ${name}`));
  }
  for (const name of presentHeaders) {
    const wanted = name in recorded.headers;
    if (wanted !== (actual.headers[name.toLowerCase()] !== undefined)) {
      faults.push(`header ${name}: ${wanted ? 'missing in' : 'only in'} the replay`);
    }
  }
  return [...faults, ...compareBody(recorded, actual, bindings)];
}

/** File names unify only as whole values. */
function unquote(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? (/^filename="(.*)"$/.exec(header)?.[1] ?? header) : undefined;
}

function compareBody(recorded: RecordedResponse, actual: ReplayResponse, bindings: Bindings): string[] {
  if (recorded.body_first_16_hex !== undefined) {
    // The first bytes tell the format; what follows depends on the encoder.
    const wanted = recorded.body_first_16_hex.slice(0, 6);
    const given = actual.body.toString('hex', 0, 3);
    return wanted === given ? [] : [`body begins with ${given}, recorded ${wanted}`];
  }
  if (recorded.json !== undefined) {
    if (typeof recorded.json === 'string') return [];
    const body: unknown = JSON.parse(actual.body.toString());
    if (isJsonObject(recorded.json) && 'system' in recorded.json) return [];
    return unify(recorded.json, body, bindings);
  }
  const text = actual.body.toString();
  return recorded.body === undefined || isSimilarText(recorded.body, text)
    ? []
    : [`body: recorded ${recorded.body}, replayed ${text.slice(0, 200)}`];
}

/** How much had been read when a body was refused depends on the machine. */
function isSimilarText(a: string, b: string): boolean {
  const neutral = (text: string): string => text.replace(/actual body size \d+/, 'actual body size N');
  return neutral(a) === neutral(b);
}
