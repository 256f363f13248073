import type { SigningPurpose } from '@star-graph/core/db/models/signingKey';
import {
  endSigningKey,
  listSigningKeys,
  rotateSigningKey,
  type SigningKeyFacts,
} from '@star-graph/core/keys/rotateSigningKey';
import type { ApiDeps } from '../../apiDeps.ts';
import { type SigningKeysView, signingPurposeSchema } from '../../contract/keys/keys.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';

export const createKeyHandlers = (deps: Pick<ApiDeps, 'database' | 'clock' | 'keyRing'>) =>
  defineHandlers({
    async adminListKeys() {
      const list = async (purpose: SigningPurpose) =>
        presentKeys(purpose, await listSigningKeys(deps.database, purpose));
      return {
        signing: await Promise.all(signingPurposeSchema.options.map(list)),
        data: { kids: [...deps.keyRing.kids] },
      };
    },
    async adminRotateKey({ params: { purpose }, body, caller }) {
      return presentKeys(purpose, await rotateSigningKey(deps, actorOf(caller), purpose, body.version));
    },
    async adminEndKey({ params: { purpose, kid }, caller }) {
      return presentKeys(purpose, await endSigningKey(deps, actorOf(caller), purpose, kid));
    },
  });

const presentKeys = (purpose: SigningPurpose, keys: readonly SigningKeyFacts[]): SigningKeysView => ({
  purpose,
  version: keys[0]?.version ?? 0,
  keys: keys.map(({ createdAt, signsFrom, verifiesUntil, ...key }) => ({
    ...key,
    createdAt: createdAt.toISOString(),
    signsFrom: signsFrom.toISOString(),
    ...(verifiesUntil === null ? {} : { verifiesUntil: verifiesUntil.toISOString() }),
  })),
});
