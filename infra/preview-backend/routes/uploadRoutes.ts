import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import sharp from 'sharp';
import { type DataFolders, type FolderType, folderTypes, isFile } from '../files/dataFolders.ts';
import { isJsonObject, parseJson } from '../json.ts';
import { BodyTooLarge, type Exchange, PythonException, sendEmpty, sendJson } from './http.ts';
import type { Route } from './router.ts';

interface Upload {
  fields: Map<string, string>;
  /** The part named `image`, on disk. */
  image: { filename: string; path: string } | null;
}

interface Target {
  type: FolderType;
  subfolder: string;
  overwrite: boolean;
}

/** `/upload/image` and `/upload/mask`: nothing is checked but where it goes, and nothing is ever deleted. */
export function uploadRoutes(folders: DataFolders): Route[] {
  const route = (pattern: string, prepare: (upload: Upload) => Promise<void>): Route => ({
    method: 'POST',
    pattern,
    async handle(exchange) {
      const upload = await receive(folders, exchange);
      try {
        if (!upload.image?.filename) return sendEmpty(exchange, 400);
        const target = targetOf(upload.fields);
        const path = folders.resolve(target.type, target.subfolder, upload.image.filename);
        if (path === null) return sendEmpty(exchange, 400);
        await prepare(upload);
        const name = await store(upload.image.path, path, target.overwrite);
        sendJson(exchange, 200, { name, subfolder: target.subfolder, type: target.type });
      } finally {
        if (upload.image) await rm(upload.image.path, { force: true });
      }
    },
  });
  return [
    route('/upload/image', () => Promise.resolve()),
    route('/upload/mask', (upload) => applyMask(folders, upload)),
  ];
}

function targetOf(fields: Map<string, string>): Target {
  const wanted = fields.get('type') ?? 'input';
  const type = folderTypes.find((one) => one === wanted);
  if (!type) throw new PythonException(`no folder for type ${wanted}`);
  const overwrite = fields.get('overwrite');
  return {
    type,
    subfolder: fields.get('subfolder') ?? '',
    overwrite: overwrite === 'true' || overwrite === '1',
  };
}

/** Moves the upload into place; a name that is taken by other bytes gets a number. */
async function store(uploaded: string, wanted: string, overwrite: boolean): Promise<string> {
  await mkdir(dirname(wanted), { recursive: true });
  const { name, ext, dir } = parse(wanted);
  let path = wanted;
  for (let copy = 1; !overwrite && isFile(path); copy++) {
    if (await isSameContent(path, uploaded)) return parse(path).base;
    path = join(dir, `${name} (${copy})${ext}`);
  }
  await rename(uploaded, path);
  return parse(path).base;
}

async function isSameContent(a: string, b: string): Promise<boolean> {
  if ((await stat(a)).size !== (await stat(b)).size) return false;
  const other = createReadStream(b);
  try {
    const chunks: AsyncIterator<Buffer> = other[Symbol.asyncIterator]();
    for await (const chunk of createReadStream(a) as AsyncIterable<Buffer>) {
      const { value } = await chunks.next();
      if (!value?.equals(chunk)) return false;
    }
    return true;
  } finally {
    other.destroy();
  }
}

/** The mask's alpha replaces that of the picture `original_ref` names. */
async function applyMask(folders: DataFolders, upload: Upload): Promise<void> {
  const reference = parseReference(upload.fields.get('original_ref'));
  const original = reference && folders.resolve(reference.type, reference.subfolder, reference.filename);
  if (!upload.image || !original || !isFile(original)) throw new PythonException('original_ref');
  const picture = sharp(original).toColourspace('srgb').removeAlpha();
  const { width, height } = await picture.metadata();
  const alpha = await sharp(upload.image.path)
    .ensureAlpha()
    .extractChannel(3)
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer();
  const masked = `${upload.image.path}.masked`;
  await picture
    .joinChannel(alpha, { raw: { width, height, channels: 1 } })
    .png({ compressionLevel: 4 })
    .toFile(masked);
  await rename(masked, upload.image.path);
}

function parseReference(text: string | undefined) {
  let value: unknown;
  try {
    value = parseJson(text ?? '');
  } catch {
    throw new PythonException('original_ref is not JSON');
  }
  if (!isJsonObject(value)) return null;
  const type = folderTypes.find((one) => one === (value.type ?? 'output'));
  return type
    ? { type, subfolder: String(value.subfolder ?? ''), filename: String(value.filename ?? '') }
    : null;
}

/** Reads the form, streaming its image to a scratch file. */
function receive(folders: DataFolders, exchange: Exchange): Promise<Upload> {
  const { request, maxBodyBytes } = exchange;
  const upload: Upload = { fields: new Map(), image: null };
  return new Promise((resolve, reject) => {
    let parser: busboy.Busboy;
    try {
      parser = busboy({ headers: request.headers, preservePath: true });
    } catch (error) {
      reject(new PythonException(String(error)));
      return;
    }
    const writing: Promise<void>[] = [];
    parser.on('field', (name, value) => upload.fields.set(name, value));
    parser.on('file', (name, stream: Readable, info) => {
      if (name !== 'image' || upload.image) {
        stream.resume();
        return;
      }
      const path = join(folders.scratch, randomUUID());
      upload.image = { filename: info.filename ?? '', path };
      writing.push(pipeline(stream, createWriteStream(path)));
    });
    parser.on('close', () => {
      Promise.all(writing).then(() => resolve(upload), reject);
    });
    // Not a part of the pipeline, which would cut the sender off with the answer unread.
    const limited = request.pipe(limitBytes(maxBodyBytes));
    request.once('close', () => {
      if (!request.complete) limited.destroy(new Error('the sender left'));
    });
    pipeline(limited, parser).catch((error: unknown) => {
      if (upload.image) void rm(upload.image.path, { force: true });
      reject(error instanceof BodyTooLarge ? error : new PythonException(String(error)));
    });
  });
}

function limitBytes(limit: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > limit) done(new BodyTooLarge(limit, size));
      else done(null, chunk);
    },
  });
}
