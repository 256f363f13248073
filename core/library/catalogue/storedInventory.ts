import { createHash } from 'node:crypto';
import type { Inventory } from '../../comfy/comfy.ts';
import type { Database } from '../../ground/db/connect.ts';
import { InventoryRecord } from '../../ground/db/models/backend.ts';
import type { Clock } from '../../ground/runtime/clock.ts';

/** An inventory as it is stored; the same for two servers with the same nodes and models. */
interface StoredInventory {
  /**
   * Of `content`, hex. Its first half covers only files and nodes: each owner reads the files' metadata anew and in
   * parts, which is not a change of the server.
   */
  digest: string;
  content: string;
}

/**
 * Raised when an older form would be misread; then stored inventories are read anew. An optional field is not a new
 * form: during an upgrade both releases read each other's inventories.
 */
const storedFormat = 2;

const halfLength = 32;

/** The first half of a digest in SQL. */
export const filesHalf = (column: string): string => `LEFT(${column}, ${halfLength})`;

const halfDigest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, halfLength);

/** Sorted, because a server lists files and classes in no fixed order. */
export function packInventory(inventory: Inventory): StoredInventory {
  const classes = Object.fromEntries(
    sortedEntries(inventory.classes).map(([name, { inputs, ...nodeClass }]) => [
      name,
      { ...nodeClass, inputs: Object.fromEntries(sortedEntries(inputs)) },
    ]),
  );
  const models = Object.fromEntries(sortedEntries(inventory.models));
  const architectures = inventory.architectures && Object.fromEntries(sortedEntries(inventory.architectures));
  const bytes = inventory.bytes && Object.fromEntries(sortedEntries(inventory.bytes));
  const files = { format: storedFormat, classes, models };
  const content = JSON.stringify({ ...files, architectures, bytes });
  return { digest: halfDigest(JSON.stringify(files)) + halfDigest(content), content };
}

const sortedEntries = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * Our own text, written by `packInventory`, so the format number is all that is checked. Undefined for the text of an
 * earlier version; the backend's owner will replace it.
 */
export function parseStoredInventory(content: string): Inventory | undefined {
  const { format, ...inventory } = JSON.parse(content) as Inventory & { format?: number };
  return format === storedFormat ? inventory : undefined;
}

/** Written by the backend's owner when the digest has changed. */
export async function saveInventory(
  deps: { database: Database; clock: Pick<Clock, 'now'> },
  backendId: string,
  { digest, content }: StoredInventory,
): Promise<void> {
  await InventoryRecord.query(deps.database)
    .insert({ backendId, digest, content, updatedAt: deps.clock.now() })
    .onConflict('backendId')
    .merge(['digest', 'content', 'updatedAt']);
}
