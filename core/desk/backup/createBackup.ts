import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline as joinStreams, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../ground/runtime/clock.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { type ArchiveWriter, writeArchive } from './archive.ts';
import {
  type BackupHeader,
  type BackupKeys,
  type BackupManifest,
  headerName,
  keysName,
  manifestName,
  mostMissingKeys,
  objectName,
  partName,
} from './format.ts';
import { type SealKeys, unfinishedPath } from './sealedFile.ts';
import { type DatabaseSnapshot, openSnapshot, type Row } from './snapshot.ts';

interface BackupRequest {
  databaseUrl: string;
  /** Where the file is written. */
  path: string;
  seal: SealKeys;
  /** Undefined: the platform's keys are not in it. */
  keys?: BackupKeys;
  objects: BackupHeader['objects'];
  /** Counts along with what is written. */
  progress?: BackupProgress;
}

/** How far it is. Files are counted once the rows are written. */
export interface BackupProgress {
  allFiles: number;
  files: number;
  bytes: number;
}

/** A part is held in memory; one row may be longer than this. */
const partBytes = 1_000_000;

/**
 * Writes a backup of one moment of the database, then the objects that it names. The platform may run meanwhile: its
 * objects never change, and one that is deleted in between is counted as missing. Memory stays bounded: the names of
 * the objects wait in a file.
 */
export async function createBackup(
  deps: { clock: Clock; storage: Pick<Storage, 'open'> },
  request: BackupRequest,
): Promise<BackupManifest> {
  const names = unfinishedPath(`${request.path}.names`);
  let manifest: BackupManifest | undefined;
  try {
    await writeArchive(request.path, request.seal, async (writer) => {
      const tables = await writeDatabase(deps, writer, request, names);
      const objects = await writeObjects(
        deps,
        writer,
        request.objects === 'with' ? listLines(names) : [],
        request.progress,
      );
      manifest = { tables, objects };
      await writer.add(manifestName, JSON.stringify(manifest));
    });
  } finally {
    await rm(names, { force: true });
  }
  if (!manifest) throw new Error('the archive was written without its end');
  return manifest;
}

/** The snapshot ends as soon as the rows are written: files may take hours, and the server would keep every old version meanwhile. */
async function writeDatabase(
  { clock }: { clock: Clock },
  writer: ArchiveWriter,
  { databaseUrl, keys, objects, progress }: BackupRequest,
  names: string,
): Promise<BackupManifest['tables']> {
  using snapshot = await openSnapshot(databaseUrl);
  const header: BackupHeader = {
    format: 1,
    createdAt: clock.now().toISOString(),
    ...snapshot.header,
    objects,
  };
  await writer.add(headerName, JSON.stringify(header));
  if (keys) await writer.add(keysName, JSON.stringify(keys));
  const tables: BackupManifest['tables'] = {};
  for (const { name } of header.tables) tables[name] = await writeTable(writer, snapshot, name);
  if (objects === 'with') await writeNames(snapshot, names, progress);
  return tables;
}

async function writeTable(
  writer: ArchiveWriter,
  snapshot: DatabaseSnapshot,
  table: string,
): Promise<BackupManifest['tables'][string]> {
  const hash = createHash('sha256');
  let rows = 0;
  let parts = 0;
  for await (const lines of joinLines(snapshot.listRows(table))) {
    hash.update(lines.text);
    rows += lines.count;
    parts += 1;
    await writer.add(partName(table, parts), lines.text);
  }
  return { rows, sha256: hash.digest('hex') };
}

async function* joinLines(rows: AsyncIterable<Row>): AsyncGenerator<{ text: string; count: number }> {
  let lines: string[] = [];
  let length = 0;
  for await (const row of rows) {
    const line = `${JSON.stringify(row)}\n`;
    lines.push(line);
    length += line.length;
    if (length < partBytes) continue;
    yield { text: lines.join(''), count: lines.length };
    lines = [];
    length = 0;
  }
  if (lines.length > 0) yield { text: lines.join(''), count: lines.length };
}

async function writeNames(
  snapshot: DatabaseSnapshot,
  path: string,
  progress: BackupProgress | undefined,
): Promise<void> {
  const lines = async function* () {
    for await (const key of snapshot.listObjectKeys()) {
      if (progress) progress.allFiles += 1;
      yield `${key}\n`;
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(path, { mode: 0o600 }));
}

const listLines = (path: string): AsyncIterable<string> => createInterface({ input: createReadStream(path) });

async function writeObjects(
  { storage }: { storage: Pick<Storage, 'open'> },
  writer: ArchiveWriter,
  keys: AsyncIterable<string> | Iterable<string>,
  progress: BackupProgress | undefined,
): Promise<BackupManifest['objects']> {
  const hash = createHash('sha256');
  const found = { count: 0, bytes: 0, missing: 0 };
  const missingKeys: string[] = [];
  for await (const key of keys) {
    using object = await storage.open(key);
    if (progress) progress.files += 1;
    if (!object) {
      found.missing += 1;
      if (missingKeys.length < mostMissingKeys) missingKeys.push(key);
      continue;
    }
    hash.update(`${key}\n`);
    await writer.addStream(objectName(key), object.bytes, passThrough(object.stream, hash));
    found.count += 1;
    found.bytes += object.bytes;
    if (progress) progress.bytes = found.bytes;
  }
  return { ...found, sha256: hash.digest('hex'), missingKeys };
}

/** The same bytes, hashed on their way. */
export function passThrough(source: Readable, hash: { update(bytes: Buffer): unknown }): Transform {
  const hashed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  // A fault of one end shows at the other, where somebody reads.
  joinStreams(source, hashed, () => undefined);
  return hashed;
}
