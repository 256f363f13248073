import { expect, test } from 'vitest';
import { connectDatabase } from '../../ground/db/connect.ts';
import { leasesPool } from './leasesPool.ts';

test('the lease pool opens for every allowed length of lease', async () => {
  for (let seconds = 2; seconds <= 300; seconds++) {
    const pool = connectDatabase(leasesPool('mysql://user@127.0.0.1:1/name', seconds * 1_000));
    await expect(pool.destroy()).resolves.toBeUndefined();
  }
});
