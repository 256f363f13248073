import { createFixedRing } from '../ground/encryption/signingRing.ts';

/** Signs links in tests. */
export const testFileKeys = createFixedRing([{ kid: 'test', secret: Buffer.alloc(32, 1) }]);
