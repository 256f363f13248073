import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import type { z } from 'zod';
import { findMimeOfKey, isStorageKey } from '../../ground/storage/keys.ts';
import { type ArchiveEntry, readArchive } from './archive.ts';
import { passThrough } from './createBackup.ts';
import {
  BackupFault,
  type BackupHeader,
  type BackupKeys,
  type BackupManifest,
  headerName,
  headerSchema,
  keysName,
  keysSchema,
  manifestName,
  manifestSchema,
  objectName,
  partName,
} from './format.ts';
import type { OpenKeys } from './sealedFile.ts';
import type { Row } from './snapshot.ts';

/** What is done with the parts of a backup, in their order. */
interface BackupVisitor {
  header?(header: BackupHeader): Promise<void>;
  rows?(table: BackupHeader['tables'][number], rows: Row[]): Promise<void>;
  /** Reads the body or leaves it. */
  object?(key: string, bytes: number, body: Readable): Promise<void>;
}

interface ReadBackup {
  header: BackupHeader;
  keys: BackupKeys | undefined;
  manifest: BackupManifest;
}

/** What is held in memory at once. A row has 16 MB at most, which is what the servers take in one statement. */
const longestText = 64_000_000;
/** More than the longest video; a body is never in memory. */
const longestObject = 100_000_000_000;

/**
 * Reads a backup from its beginning to its end and checks that it is whole: the kinds and the order of its entries,
 * every count and every hash. Names and sizes are judged before anything is done with them, since whoever knows the
 * recipient can make an archive.
 * @throws BackupFault that says what is wrong.
 */
export async function readBackup(
  path: string,
  keys: OpenKeys,
  visitor: BackupVisitor = {},
): Promise<ReadBackup> {
  const reader = createReader(visitor);
  for await (const entry of readArchive(path, keys)) await reader.take(entry);
  return reader.end();
}

function createReader(visitor: BackupVisitor) {
  let header: BackupHeader | undefined;
  let keys: BackupKeys | undefined;
  let manifest: BackupManifest | undefined;
  const tables = new Map<string, { parts: number; rows: number; hash: Hash }>();
  const objects = { count: 0, bytes: 0, hash: createHash('sha256') };

  async function takeRows(entry: ArchiveEntry, { tables: known }: BackupHeader): Promise<void> {
    const table = known.find(({ name }) => name === entry.name.split('/')[1]);
    const seen = (table && tables.get(table.name)) ?? { parts: 0, rows: 0, hash: createHash('sha256') };
    if (!table || entry.name !== partName(table.name, seen.parts + 1) || objects.count > 0)
      throw new BackupFault(`The backup has an entry that does not belong there: ${show(entry.name)}.`);
    const text = await readText(entry);
    const rows = parseRows(text, table.columns.length);
    seen.hash.update(text);
    tables.set(table.name, { ...seen, parts: seen.parts + 1, rows: seen.rows + rows.length });
    await visitor.rows?.(table, rows);
  }

  async function takeObject(entry: ArchiveEntry): Promise<void> {
    const key = entry.name.slice(objectName('').length);
    if (!isStorageKey(key) || !findMimeOfKey(key))
      throw new BackupFault(`The backup has a file with a wrong name: ${show(key)}.`);
    if (entry.bytes > longestObject)
      throw new BackupFault(`The backup has a file of ${entry.bytes} bytes: ${show(key)}.`);
    objects.hash.update(`${key}\n`);
    objects.count += 1;
    objects.bytes += entry.bytes;
    const body = passThrough(entry.body, objects.hash);
    if (visitor.object) await visitor.object(key, entry.bytes, body);
    // What the visitor left is read for the hash.
    if (!body.readableEnded) await finished(body.resume());
  }

  return {
    async take(entry: ArchiveEntry): Promise<void> {
      if (manifest) throw new BackupFault(`The backup goes on after its end: ${show(entry.name)}.`);
      if (!header) {
        if (entry.name !== headerName) throw new BackupFault('This is no backup of Star-Graph.');
        header = parse(headerSchema, await readText(entry));
        await visitor.header?.(header);
      } else if (entry.name === keysName && tables.size === 0 && !keys)
        keys = parse(keysSchema, await readText(entry));
      else if (entry.name === manifestName) manifest = parse(manifestSchema, await readText(entry));
      else if (entry.name.startsWith(objectName('')) && header.objects === 'with') await takeObject(entry);
      else await takeRows(entry, header);
    },
    end(): ReadBackup {
      if (!header || !manifest) throw new BackupFault('The backup has no end: it was cut off.');
      const found = {
        tables: Object.fromEntries(
          header.tables.map(({ name }) => {
            const { rows, hash } = tables.get(name) ?? { rows: 0, hash: createHash('sha256') };
            return [name, { rows, sha256: hash.digest('hex') }];
          }),
        ),
        objects: { count: objects.count, bytes: objects.bytes, sha256: objects.hash.digest('hex') },
      };
      requireSame(manifest, found);
      return { header, keys, manifest };
    },
  };
}

function requireSame(
  manifest: BackupManifest,
  found: { tables: BackupManifest['tables']; objects: Pick<BackupManifest['objects'], 'sha256' | 'count'> },
): void {
  const names = new Set([...Object.keys(manifest.tables), ...Object.keys(found.tables)]);
  for (const name of names)
    if (
      manifest.tables[name]?.sha256 !== found.tables[name]?.sha256 ||
      manifest.tables[name]?.rows !== found.tables[name]?.rows
    )
      throw new BackupFault(`The backup's table ${show(name)} is not what its manifest says.`);
  if (manifest.objects.sha256 !== found.objects.sha256 || manifest.objects.count !== found.objects.count)
    throw new BackupFault('The files of the backup are not what its manifest says.');
}

async function readText({ name, bytes, body }: ArchiveEntry): Promise<string> {
  if (bytes > longestText) throw new BackupFault(`The backup's ${show(name)} has ${bytes} bytes.`);
  return (await buffer(body)).toString();
}

function parseRows(text: string, width: number): Row[] {
  const rows = text.split('\n').slice(0, -1).map(parseJson);
  if (!rows.every((row) => isRow(row, width)))
    throw new BackupFault('The backup has a row that does not fit its table.');
  return rows as Row[];
}

const isRow = (row: unknown, width: number): boolean =>
  Array.isArray(row) &&
  row.length === width &&
  row.every((value) => value === null || typeof value === 'string');

function parse<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  const { data, error } = schema.safeParse(parseJson(text));
  if (error) throw new BackupFault('The backup was made by another version, or is none.', { cause: error });
  return data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BackupFault('The backup has a part that cannot be read.', { cause });
  }
}

/** A name of an archive, for a terminal. */
const show = (name: string): string => JSON.stringify(name.slice(0, 120));
