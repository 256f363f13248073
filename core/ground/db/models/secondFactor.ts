import { Model } from 'objection';

/** The secret that a person's app makes codes of. Until it is confirmed it lets nobody in. */
export class TotpFactor extends Model {
  static override tableName = 'totp_factors';
  static override idColumn = 'userId';
  declare userId: string;
  /** Encrypted by the key ring, bound to its row. */
  declare secret: string;
  /** The last time step whose code was used; codes of it and of earlier steps are refused. */
  declare lastStep: number;
  /** Codes that were tried since `triesSince`. */
  declare tries: number;
  declare triesSince: Date | null;
  declare createdAt: Date;
  declare confirmedAt: Date | null;
}

export class RecoveryCode extends Model {
  static override tableName = 'recovery_codes';
  static override idColumn = 'codeHash';
  declare codeHash: string;
  declare userId: string;
  declare createdAt: Date;
  declare usedAt: Date | null;
}

/** Stands for a password that was right: it is good for the second step of that sign-in and for nothing else. */
export class SignInTicket extends Model {
  static override tableName = 'sign_in_tickets';
  static override idColumn = 'ticketHash';
  declare ticketHash: string;
  declare userId: string;
  declare tries: number;
  declare createdAt: Date;
  declare expiresAt: Date;
  declare usedAt: Date | null;
}

export class Passkey extends Model {
  static override tableName = 'passkeys';
  declare id: string;
  declare userId: string;
  /** base64url, as the authenticator gave it. */
  declare credentialId: string;
  /** COSE, base64url. */
  declare publicKey: string;
  /** Grows with each use; always 0 for a passkey that is copied between devices. */
  declare counter: number;
  declare name: string;
  declare createdAt: Date;
  declare usedAt: Date | null;
}

const challengePurposes = ['register', 'prove', 'sign-in'] as const;
export type ChallengePurpose = (typeof challengePurposes)[number];

export class PasskeyChallenge extends Model {
  static override tableName = 'passkey_challenges';
  static override idColumn = 'challengeHash';
  declare challengeHash: string;
  declare purpose: ChallengePurpose;
  /** Null for a sign-in without a name: the answer says who it is. */
  declare userId: string | null;
  declare createdAt: Date;
  declare expiresAt: Date;
  declare usedAt: Date | null;
}
