import { type SigningKeysView, signingPurposeSchema } from '@star-graph/contract/platform/keys';
import { noteKeyOf, recordAct } from '@star-graph/core/ground/audit';
import type { SigningPurpose } from '@star-graph/core/ground/db/models/signingKey';
import { Problem } from '@star-graph/core/ground/errors';
import { findLastReencryption, reencrypt } from '@star-graph/core/people/signingKeys/reencrypt';
import {
  endSigningKey,
  listSigningKeys,
  rotateSigningKey,
  type SigningKeyFacts,
} from '@star-graph/core/people/signingKeys/rotateSigningKey';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';

/** Less than a request may take. */
const reencryptMs = 5_000;

export const createKeyHandlers = (deps: Pick<ApiDeps, 'database' | 'clock' | 'keyRing' | 'log'>) =>
  defineHandlers({
    async adminListKeys() {
      const list = async (purpose: SigningPurpose) =>
        presentKeys(purpose, await listSigningKeys(deps.database, purpose));
      const lastRun = await findLastReencryption(deps.database);
      return {
        signing: await Promise.all(signingPurposeSchema.options.map(list)),
        data: { kids: [...deps.keyRing.kids], ...(lastRun && { lastRun }) },
      };
    },
    async adminRotateKey({ params: { purpose }, body, caller }) {
      return presentKeys(purpose, await rotateSigningKey(deps, actorOf(caller), purpose, body.version));
    },
    async adminReencrypt({ caller }) {
      const [first] = deps.keyRing.kids;
      if (first === undefined) throw withoutDataKey();
      const last = await findLastReencryption(deps.database);
      const before = last ? { first: last.first, held: last.held } : null;
      // A run has many transactions, so its record is there before the first of them.
      await recordAct(deps, deps.database, {
        actorId: caller.account.id,
        action: 'keys.reencrypt',
        target: 'keys:data',
        data: { before, after: { first }, ...noteKeyOf(actorOf(caller)) },
      });
      const done = await reencrypt(deps, new AbortController().signal, reencryptMs);
      if (!done) throw withoutDataKey();
      return done;
    },
    async adminEndKey({ params: { purpose, kid }, caller }) {
      return presentKeys(purpose, await endSigningKey(deps, actorOf(caller), purpose, kid));
    },
  });

const withoutDataKey = () =>
  new Problem('unavailable', 'DATA_KEYS is not set: there is nothing to encrypt with.');

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
