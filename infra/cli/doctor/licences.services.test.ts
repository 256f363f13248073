import { parseInventory } from '@star-graph/core/comfy/answers/inventory';
import { inTransaction } from '@star-graph/core/ground/db/connect';
import { ModelEntryRecord } from '@star-graph/core/ground/db/models/modelEntry';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { packInventory, saveInventory } from '@star-graph/core/library/catalogue/storedInventory';
import { sellCredits } from '@star-graph/core/money/credits/sales';
import { createBatch, redeemVoucher } from '@star-graph/core/money/payments/vouchers';
import { createOwnedBackend, createUser } from '@star-graph/core/testing/db/factories';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { noFields } from '@star-graph/workflows/models/modelEntry';
import { objectInfoWith } from '@star-graph/workflows/testing/testObjectInfo';
import { expect, test } from 'vitest';
import { licenceCheck } from './licences.ts';

test('a payment, and no free voucher, has models with forbidding and unknown licences found', async () => {
  await using db = await createTestDatabase();
  const deps = { database: db.database, clock: systemClock };
  const { id } = await createOwnedBackend(db.database, newId(), { seenAt: new Date() });
  const checkpoints = ['sd_xl_base_1.0.safetensors', 'flux1-dev.safetensors', 'mine.safetensors', 'hid.ckpt'];
  await saveInventory(
    deps,
    id,
    packInventory(parseInventory(objectInfoWith({ checkpoints, vae: ['a.pt'] }))),
  );
  const hidden = { source: 'edited' as const, model: 'checkpoints/hid.ckpt', version: 1, sampleId: null };
  await ModelEntryRecord.query(db.database).insert({
    ...hidden,
    fields: { ...noFields, hidden: true },
    changedAt: new Date(),
  });
  const find = async () => (await licenceCheck(deps).run(AbortSignal.timeout(60_000))).findings;
  expect(await find()).toEqual([]);
  const { id: userId } = await createUser(db.database);
  const actor = { id: userId, serviceKey: null };
  const batch = { name: 'spring', credits: 5, codes: 1, usesPerCode: 1, usesPerPerson: 1, expiresAt: null };
  const { codes } = await createBatch(deps, actor, batch);
  await redeemVoucher(deps, userId, codes[0] ?? '');
  expect(await find()).toEqual([]);
  const sale = { userId, amount: 5, businessKey: 'shop:1', reason: 'a sale' };
  await inTransaction(db.database, (trx) => sellCredits(deps, trx, sale));
  const found = await find();
  expect(found.map(({ code, what }) => [code, what.split(': ')[1]])).toEqual([
    ['licence-forbids-selling', 'checkpoints/flux1-dev.safetensors.'],
    ['licence-unknown', 'checkpoints/mine.safetensors.'],
  ]);
});
