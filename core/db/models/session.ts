import { Model } from 'objection';

export class Session extends Model {
  static override tableName = 'sessions';
  declare id: string;
  declare userId: string;
  declare userAgent: string;
  declare createdAt: Date;
  declare usedAt: Date;
  declare expiresAt: Date;
  declare revokedAt: Date | null;
}

export class RefreshToken extends Model {
  static override tableName = 'refresh_tokens';
  static override idColumn = 'tokenHash';
  declare tokenHash: string;
  declare sessionId: string;
  declare createdAt: Date;
  declare usedAt: Date | null;
}

export class ApiKey extends Model {
  static override tableName = 'api_keys';
  declare id: string;
  declare userId: string;
  /** `user` keys act as their owner; `service` keys may act for others through Star-Graph-Act-For. */
  declare kind: 'user' | 'service';
  declare name: string;
  declare secretHash: string;
  declare createdAt: Date;
  declare usedAt: Date | null;
  declare revokedAt: Date | null;
}

export class LinkCode extends Model {
  static override tableName = 'link_codes';
  static override idColumn = 'codeHash';
  declare codeHash: string;
  declare userId: string;
  declare createdAt: Date;
  declare expiresAt: Date;
  declare usedAt: Date | null;
}
