import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { keepSealKeys } from '../people/signingKeys/sealKeys.ts';
import { databaseFixture } from '../testing/fixture.ts';
import { createKeyRing } from './encryption/keyRing.ts';
import { requireFittingKeys } from './requireFittingKeys.ts';

const db = databaseFixture();

const keyOf = (kid: string) => ({ kid, secret: randomBytes(32) });
const check = (...keys: ReturnType<typeof keyOf>[]) =>
  requireFittingKeys({ database: db.database, keyRing: createKeyRing(keys) });

test('keys that open nothing in the database are refused, and any that fits is enough', async () => {
  const [first, second, stranger] = [keyOf('first'), keyOf('second'), keyOf('stranger')];
  await check(stranger);
  await keepSealKeys({ database: db.database, keyRing: createKeyRing([first]) });
  await check(first);
  await check(second, first);
  await expect(check(stranger)).rejects.toThrow('DATA_KEYS does not fit this database: none of 1 secrets');
  // The right name with another value.
  await expect(check(keyOf('first'))).rejects.toThrow('DATA_KEYS does not fit');
  await check();
});
