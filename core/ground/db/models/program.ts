import { Model } from 'objection';

/** A person's word that a program may come in. It is exchanged for tokens once, within a minute. */
export class ProgramCode extends Model {
  static override tableName = 'program_codes';
  static override idColumn = 'codeHash';
  declare codeHash: string;
  declare userId: string;
  /** Where the program describes itself. */
  declare clientId: string;
  declare clientName: string;
  declare redirectUri: string;
  /** Of PKCE: the hash of what the program will show. */
  declare challenge: string;
  /** What the tokens are for. */
  declare resource: string;
  /** Separated by spaces. */
  declare scopes: string;
  declare creditsPerDay: number | null;
  declare serviceKeyId: string | null;
  declare createdAt: Date;
  declare expiresAt: Date;
  declare usedAt: Date | null;
  /** The key that it was exchanged for. */
  declare apiKeyId: string | null;
}

/** A refresh token of a program; one of each key is unused while the key lives. */
export class ProgramToken extends Model {
  static override tableName = 'program_tokens';
  static override idColumn = 'tokenHash';
  declare tokenHash: string;
  declare apiKeyId: string;
  declare createdAt: Date;
  declare usedAt: Date | null;
  /** The next token, sealed so that only this one opens it: the program may have lost the answer. */
  declare successor: string | null;
}

/** A program that described itself, and gets no secret. */
export class ProgramRegistration extends Model {
  static override tableName = 'program_registrations';
  /** The hash of what it says. */
  declare id: string;
  declare name: string;
  /** A list in JSON; those on the person's machine without a port. */
  declare redirectUris: string;
  declare createdAt: Date;
  declare expiresAt: Date;
}
