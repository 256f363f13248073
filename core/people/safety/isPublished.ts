import type { Database, Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';

/** Whether everybody here sees this task's result or this picture. */
export async function isPublished(
  database: Database | Transaction,
  of: { assetId: string } | { taskId: string },
): Promise<boolean> {
  const query = Asset.query(database)
    .join('publications', 'publications.assetId', 'assets.id')
    .join('users', 'users.id', 'publications.userId')
    .whereNull('users.disabledAt')
    .whereNull('assets.deletedAt')
    .whereNull('assets.quarantinedAt')
    .where('assetId' in of ? { 'assets.id': of.assetId } : { 'assets.taskId': of.taskId });
  return (await query.select('assets.id').first()) !== undefined;
}
