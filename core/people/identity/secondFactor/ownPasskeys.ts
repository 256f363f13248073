import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { inTransaction, isDuplicateEntry } from '../../../ground/db/connect.ts';
import { Passkey } from '../../../ground/db/models/secondFactor.ts';
import { Problem } from '../../../ground/errors.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import type { PersonCaller } from '../caller.ts';
import { requireOwnSession } from '../presence.ts';
import { createChallenge, takeChallenge } from './challenges.ts';
import {
  type FactorChange,
  lockUser,
  noteFactor,
  noteRemoval,
  type OwnFactorDeps,
  pointAt,
  tell,
  withProof,
} from './ownFactors.ts';
import { checkCreation, describeCreation, describeRequest } from './passkeys.ts';

const passkeysPerPerson = 20;

/**
 * Begins to add a passkey: its answer alone finishes it.
 * @throws Problem `quota-exceeded`; as `withProof`.
 */
export async function startPasskey(
  deps: OwnFactorDeps,
  change: FactorChange,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { id: userId, username } = change.caller.account;
  const passkeys = await withProof(deps, change, async (trx) => Passkey.query(trx).where({ userId }));
  if (passkeys.length >= passkeysPerPerson) throw tooMany();
  const challenge = await createChallenge(deps, { purpose: 'register', userId });
  return describeCreation(deps, challenge, { id: userId, label: username ?? userId, passkeys });
}

/**
 * Adds the passkey of the answer. The person's other sessions end, since they were opened without it.
 * @returns recovery codes, with a first factor.
 * @throws Problem `invalid-params` for an answer that is not accepted, `quota-exceeded`.
 */
export async function addPasskey(
  deps: OwnFactorDeps,
  caller: PersonCaller,
  { response, name }: { response: RegistrationResponseJSON; name: string },
): Promise<{ passkey: Passkey; recoveryCodes: string[] }> {
  const userId = requireOwnSession(caller).account.id;
  const use = { purpose: 'register', userId } as const;
  const made = await pointAt('/response', async () => {
    const challenge = await takeChallenge(deps, response.response.clientDataJSON, use);
    return checkCreation(deps, challenge, response);
  });
  const createdAt = deps.clock.now();
  const insert = inTransaction(deps.database, async (trx) => {
    const user = await lockUser(trx, userId);
    if ((await Passkey.query(trx).where({ userId }).resultSize()) >= passkeysPerPerson) throw tooMany();
    const passkey = await Passkey.query(trx).insertAndFetch({
      id: newId(),
      userId,
      ...made,
      name,
      createdAt,
    });
    return { passkey, ...(await noteFactor(deps, trx, user, caller)) };
  });
  const { passkey, recoveryCodes, ended } = await insert.catch((error: unknown) => {
    if (!isDuplicateEntry(error)) throw error;
    throw new Problem('invalid-params', 'This passkey is in use already. Make another one.', {
      cause: error,
    });
  });
  await tell(deps, caller, ended);
  return { passkey, recoveryCodes };
}

/** @throws Problem `not-found`; as `withProof`. */
export async function removePasskey(deps: OwnFactorDeps, change: FactorChange, id: string): Promise<void> {
  const userId = change.caller.account.id;
  await withProof(deps, change, async (trx) => {
    const removed = await Passkey.query(trx).where({ id, userId }).delete();
    if (removed === 0) throw new Problem('not-found', 'There is no such passkey.');
    await noteRemoval(trx, userId);
  });
  await tell(deps, change.caller, []);
}

/** For a proof by passkey. @throws Problem `not-found` without one. */
export async function requestProof(
  deps: OwnFactorDeps,
  userId: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const passkeys = await Passkey.query(deps.database).where({ userId });
  if (passkeys.length === 0) throw new Problem('not-found', 'You have no passkey here.');
  return describeRequest(deps, await createChallenge(deps, { purpose: 'prove', userId }), passkeys);
}

const tooMany = () =>
  new Problem('quota-exceeded', `You have ${passkeysPerPerson} passkeys. Remove one that you no longer use.`);
