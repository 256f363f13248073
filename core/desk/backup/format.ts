import { z } from 'zod';
import { isStorageKey } from '../../ground/storage/keys.ts';

/*
 * A backup is a tar archive, encrypted by age. Its entries, in this order:
 *
 * - `backup.json`: the header;
 * - `keys.json`: JWT_KEYS, DATA_KEYS and FILE_SIGNING_KEY, only where they were asked for;
 * - `tables/{table}/{number}.jsonl`: rows as JSON lists of texts and nulls, in the order of the header's columns;
 * - `objects/{key}`: the objects that the rows name;
 * - `manifest.json`: what must have been there.
 *
 * The tables hold no SQL: a restore makes the schema by the migrations that the header names and inserts the rows. So
 * a backup of MariaDB can be restored into MySQL, and an archive cannot bring statements of its own.
 */

export const headerName = 'backup.json';
export const keysName = 'keys.json';
export const manifestName = 'manifest.json';

export const partName = (table: string, part: number): string =>
  `tables/${table}/${String(part).padStart(6, '0')}.jsonl`;
export const objectName = (key: string): string => `objects/${key}`;

const identifier = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);

export const headerSchema = z.object({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  /** The migrations in the order in which they were run. */
  migrations: z.array(z.string()).min(1),
  tables: z.array(z.object({ name: identifier, columns: z.array(identifier).min(1) })),
  /** `without`: the files stay where they are, as in a restore point. */
  objects: z.enum(['with', 'without']),
});
export type BackupHeader = z.output<typeof headerSchema>;

export const keysSchema = z.object({
  JWT_KEYS: z.string().optional(),
  DATA_KEYS: z.string().optional(),
  FILE_SIGNING_KEY: z.string().optional(),
});
export type BackupKeys = z.output<typeof keysSchema>;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const manifestSchema = z.object({
  tables: z.record(identifier, z.object({ rows: z.int().min(0), sha256 })),
  objects: z.object({
    count: z.int().min(0),
    bytes: z.int().min(0),
    /** Of each key and its bytes, one after the other. */
    sha256,
    /** How many a row named that were not there. */
    missing: z.int().min(0),
    /** The first of them. */
    missingKeys: z.array(z.string().refine(isStorageKey)),
  }),
});
export type BackupManifest = z.output<typeof manifestSchema>;

/** The most missing files whose names are kept. */
export const mostMissingKeys = 10_000;

/** The backup cannot be used; the message is for the operator. */
export class BackupFault extends Error {
  override name = 'BackupFault';
}

/** It could not be opened: the wrong key or no file, which says nothing of the backup itself. */
export class UnopenedBackup extends BackupFault {
  override name = 'UnopenedBackup';
}
