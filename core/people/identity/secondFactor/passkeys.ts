import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Database, Transaction } from '../../../ground/db/connect.ts';
import { Passkey } from '../../../ground/db/models/secondFactor.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { challengeLifeMs } from './challenges.ts';

/*
 * Passkeys (WebAuthn) by the library: here is what it leaves to us, the challenge, the origin, and the counter that a
 * copied authenticator gives away. Answers are checked against the address at which people reach the platform.
 */

export interface PasskeyDeps {
  database: Database;
  clock: Pick<Clock, 'now'>;
  /** Where people reach the platform: browsers bind passkeys to its host. */
  publicUrl: string;
}

const name = 'Star-Graph';
/** COSE: Ed25519, ES256, RS256, which every authenticator has one of. */
const algorithms = [-8, -7, -257];
const rpIdOf = ({ publicUrl }: Pick<PasskeyDeps, 'publicUrl'>): string => new URL(publicUrl).hostname;
const originOf = ({ publicUrl }: Pick<PasskeyDeps, 'publicUrl'>): string => new URL(publicUrl).origin;
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'base64url'));

/** For `navigator.credentials.create`. */
export function describeCreation(
  deps: Pick<PasskeyDeps, 'publicUrl'>,
  challenge: string,
  person: { id: string; label: string; passkeys: readonly Passkey[] },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName: name,
    rpID: rpIdOf(deps),
    userName: person.label,
    userID: new Uint8Array(Buffer.from(person.id)),
    challenge: bytesOf(challenge),
    timeout: challengeLifeMs,
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: person.passkeys.map(({ credentialId }) => ({ id: credentialId })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
}

/** For `navigator.credentials.get`. @param passkeys none: the person chooses, and says by it who they are. */
export function describeRequest(
  deps: Pick<PasskeyDeps, 'publicUrl'>,
  challenge: string,
  passkeys: readonly Passkey[],
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: rpIdOf(deps),
    challenge: bytesOf(challenge),
    timeout: challengeLifeMs,
    allowCredentials: passkeys.map(({ credentialId }) => ({ id: credentialId })),
    userVerification: passkeys.length === 0 ? 'required' : 'preferred',
  });
}

/** The passkey of an answer to `describeCreation`. @throws Problem `unauthenticated`. */
export async function checkCreation(
  deps: Pick<PasskeyDeps, 'publicUrl'>,
  challenge: string,
  response: RegistrationResponseJSON,
): Promise<Pick<Passkey, 'credentialId' | 'publicKey' | 'counter'>> {
  const verified = await refuseFaults(() =>
    verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: originOf(deps),
      expectedRPID: rpIdOf(deps),
      supportedAlgorithmIDs: algorithms,
      requireUserVerification: false,
    }),
  );
  if (!verified.verified) throw notAccepted();
  const { id, publicKey, counter } = verified.registrationInfo.credential;
  return { credentialId: id, publicKey: Buffer.from(publicKey).toString('base64url'), counter };
}

/**
 * Uses a passkey in the caller's transaction. Its counter is moved by compare-and-set: of two answers with one count,
 * which only a copy makes, one is refused.
 * @param rule.isAlone it stands for the password too, so it must have recognised its person.
 * @throws Problem `unauthenticated`.
 */
export async function usePasskey(
  deps: Pick<PasskeyDeps, 'publicUrl' | 'clock'>,
  trx: Transaction,
  passkey: Passkey,
  answer: { challenge: string; response: AuthenticationResponseJSON },
  rule: { isAlone: boolean },
): Promise<void> {
  const { verified, authenticationInfo } = await refuseFaults(() =>
    verifyAuthenticationResponse({
      response: answer.response,
      expectedChallenge: answer.challenge,
      expectedOrigin: originOf(deps),
      expectedRPID: rpIdOf(deps),
      requireUserVerification: rule.isAlone,
      credential: {
        id: passkey.credentialId,
        publicKey: bytesOf(passkey.publicKey),
        counter: passkey.counter,
      },
    }),
  );
  if (!verified) throw notAccepted();
  const counter = authenticationInfo.newCounter;
  const moved = await Passkey.query(trx)
    .where({ id: passkey.id })
    .where((earlier) => {
      earlier.where('counter', '<', counter);
      if (counter === 0) earlier.orWhere({ counter: 0 });
    })
    .patch({ counter, usedAt: deps.clock.now() });
  if (moved === 0) throw notAccepted();
}

/** The library throws plain errors for whatever is wrong with an answer. */
async function refuseFaults<Result>(check: () => Promise<Result>): Promise<Result> {
  try {
    return await check();
  } catch (cause) {
    throw notAccepted(cause);
  }
}

const notAccepted = (cause?: unknown): Problem =>
  new Problem('unauthenticated', 'This passkey was not accepted here. Begin again, or use another one.', {
    cause,
  });
