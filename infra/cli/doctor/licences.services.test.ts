import { parseInventory } from '@star-graph/core/comfy/answers/inventory';
import { ModelEntryRecord } from '@star-graph/core/ground/db/models/modelEntry';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { packInventory, saveInventory } from '@star-graph/core/library/catalogue/storedInventory';
import { createOwnedBackend } from '@star-graph/core/testing/db/factories';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { noFields } from '@star-graph/workflows/models/modelEntry';
import { objectInfoWith } from '@star-graph/workflows/testing/testObjectInfo';
import { expect, test } from 'vitest';
import { licenceCheck } from './licences.ts';

test('where credits are sold, models with forbidding and unknown licences are found', async () => {
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
  await db.database('voucher_batches').insert({
    id: '01900000-0000-7000-8000-000000000001',
    name: 'spring',
    credits: 5,
    codes: 1,
    usesPerCode: 1,
    usesPerPerson: 1,
    createdAt: new Date(),
  });
  const found = await find();
  expect(found.map(({ code, what }) => [code, what.split(': ')[1]])).toEqual([
    ['licence-forbids-selling', 'checkpoints/flux1-dev.safetensors.'],
    ['licence-unknown', 'checkpoints/mine.safetensors.'],
  ]);
});
