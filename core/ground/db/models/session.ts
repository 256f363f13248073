import { Model } from 'objection';
import type { Maker } from './assetShare.ts';

export class Session extends Model {
  static override tableName = 'sessions';
  declare id: string;
  declare userId: string;
  declare userAgent: string;
  declare createdAt: Date;
  declare usedAt: Date;
  declare expiresAt: Date;
  declare revokedAt: Date | null;
  /** The service key whose link code opened it: it has the rights of a user, and ends with the key. */
  declare serviceKeyId: string | null;
  /** When its person last proved that it is them; null in a session from a code. */
  declare provenAt: Date | null;
  /** The session in which the code that opened it was made. */
  declare madeBy: Maker | null;
}

/** A sign-in to an account, or one that failed by a wrong password or second factor. */
export class SignInTry extends Model {
  static override tableName = 'sign_in_tries';
  declare id: string;
  /** Null: the name that was typed is nobody's. */
  declare userId: string | null;
  declare at: Date;
  declare address: string;
  declare userAgent: string;
  declare succeeded: boolean;
  /** With it a network was locked for a while: no password was looked at. */
  declare locked: boolean;
}

export class RefreshToken extends Model {
  static override tableName = 'refresh_tokens';
  static override idColumn = 'tokenHash';
  declare tokenHash: string;
  declare sessionId: string;
  declare createdAt: Date;
  declare usedAt: Date | null;
  /** The client that used it. */
  declare usedBy: string | null;
  /** The next token, sealed so that only this one opens it: the same client may ask again for a moment. */
  declare successor: string | null;
}

export class ApiKey extends Model {
  static override tableName = 'api_keys';
  declare id: string;
  declare userId: string;
  /**
   * `user` keys act as their owner; `service` keys may act for others through Star-Graph-Act-For. `program` keys act as
   * who let the program in, by tokens in place of a secret.
   */
  declare kind: 'user' | 'service' | 'program';
  declare name: string;
  declare secretHash: string;
  declare createdAt: Date;
  declare usedAt: Date | null;
  declare revokedAt: Date | null;
  /** Of `keyScopes`, separated by spaces; null: not limited. */
  declare scopes: string | null;
  declare expiresAt: Date | null;
  /** Addresses and CIDR ranges, separated by spaces; null: not limited. */
  declare networks: string | null;
  /** What it may spend on a day, in UTC; null: not limited. */
  declare creditsPerDay: number | null;
  /** The address at which a program describes itself; null for a person's session. */
  declare clientId: string | null;
  /** Of a service key that signs its requests: what it signs with, sealed. `secretHash` then fits no secret. */
  declare signingSecret: string | null;
  /** What a program that speaks the API of A1111 chose for its further requests; null: nothing. */
  declare sdapiModel: string | null;
  /** Of a service key whose program names the person of each request: which program's people they are. */
  declare peopleOf: string | null;
  /** What signs those names, sealed; null: they are believed as they come. */
  declare peopleSecret: string | null;
  /** Set for a key that was made in a session with a `serviceKeyId`. */
  declare serviceKeyId: string | null;
}

export class LinkCode extends Model {
  static override tableName = 'link_codes';
  static override idColumn = 'codeHash';
  declare codeHash: string;
  declare userId: string;
  declare createdAt: Date;
  declare expiresAt: Date;
  declare usedAt: Date | null;
  /** The service key that it was made through, directly or in a session that came from the key. */
  declare serviceKeyId: string | null;
  /** From a sign-in elsewhere: a second factor of the person is still to be asked for. */
  declare byProvider: boolean;
  /** Of the link that a start prints. */
  declare thisMachineOnly: boolean;
  /** The session that it was made in: unused, it ends with that. */
  declare madeBy: Maker | null;
}

/** A one-time link by which a person sets a new password. */
export class PasswordReset extends Model {
  static override tableName = 'password_resets';
  static override idColumn = 'tokenHash';
  declare tokenHash: string;
  declare userId: string;
  declare createdAt: Date;
  declare expiresAt: Date;
  declare usedAt: Date | null;
}
