import type { EntryFields } from '@star-graph/workflows/models/modelEntry';
import type { Database } from '../../../ground/db/connect.ts';
import { Asset } from '../../../ground/db/models/asset.ts';

/** The samples that these entries name, by id, without those that were deleted or withheld. */
export async function findSamples(
  database: Database,
  named: readonly Pick<EntryFields, 'sample'>[],
): Promise<ReadonlyMap<string, Asset>> {
  const ids = new Set(named.flatMap(({ sample }) => sample ?? []));
  if (ids.size === 0) return new Map();
  const assets = await Asset.query(database)
    .findByIds([...ids])
    .whereNull('deletedAt')
    .whereNull('quarantinedAt');
  return new Map(assets.map((asset) => [asset.id, asset]));
}
