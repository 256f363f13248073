import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Inventory } from '../comfy/comfy.ts';
import type { Database } from '../db/connect.ts';
import { InventoryRecord } from '../db/models/backend.ts';
import type { Capability } from './capability.ts';

/** An inventory as it is stored; the same for two servers with the same nodes and models. */
export interface StoredInventory {
  /** SHA-256 of `content`, hex. */
  digest: string;
  content: string;
}

/** Sorted, because a server lists files and classes in no order of its own. */
export function packInventory(inventory: Inventory): StoredInventory {
  const classes = Object.fromEntries(
    sortedEntries(inventory.classes).map(([name, { isOutput, inputs }]) => [
      name,
      { isOutput, inputs: Object.fromEntries(sortedEntries(inputs)) },
    ]),
  );
  const models = Object.fromEntries(sortedEntries(inventory.models));
  const content = JSON.stringify({ classes, models });
  return { digest: createHash('sha256').update(content).digest('hex'), content };
}

const sortedEntries = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** Our own text, written by `packInventory`: its shape is not in doubt. */
export const parseStoredInventory = (content: string): Capability => JSON.parse(content) as Capability;

/** Written by the backend's owner when the digest changed since it last looked. */
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
