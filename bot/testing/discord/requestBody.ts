import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';

interface UploadedFile {
  /** From `files[n]`. */
  index: number;
  filename: string;
  contentType: string;
  bytes: Buffer;
}

export interface RequestBody {
  json: Record<string, unknown>;
  files: UploadedFile[];
}

/** JSON, or a form with `payload_json` and `files[n]`. */
export async function readRequestBody(request: IncomingMessage): Promise<RequestBody> {
  if (request.headers['content-type']?.startsWith('multipart/')) return readForm(request);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { json: text === '' ? {} : JSON.parse(text), files: [] };
}

function readForm(request: IncomingMessage): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const body: RequestBody = { json: {}, files: [] };
    const type = request.headers['content-type'] ?? '';
    const form = busboy({ headers: { 'content-type': type } });
    form.on('field', (name, value) => {
      if (name === 'payload_json') body.json = JSON.parse(value);
    });
    form.on('file', (name, stream, info) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const index = Number(/\d+/.exec(name)?.[0] ?? 0);
        const bytes = Buffer.concat(chunks);
        body.files.push({ index, filename: info.filename ?? '', contentType: info.mimeType, bytes });
      });
    });
    form.on('close', () => resolve(body));
    form.on('error', reject);
    request.pipe(form);
  });
}
