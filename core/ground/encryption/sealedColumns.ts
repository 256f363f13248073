/** Where the ciphertexts of a purpose are. */
export interface SealedColumn {
  table: string;
  /** The columns that name a row, each in lower_snake_case; their values, joined by a colon, are what it is bound to. */
  row: readonly [string, ...string[]];
  column: string;
  /** Earlier releases stored such texts as they are; they begin with this. */
  plainPrefix?: string;
}

/**
 * Every secret in the database that is encrypted by `DATA_KEYS`. The compiler lets nothing be encrypted for another
 * purpose, so that the rotation of data keys forgets none. A purpose is never renamed: ciphertexts are bound to it.
 */
export const sealedColumns = {
  'audit.seal-key': { table: 'seal_keys', row: ['kid'], column: 'secret' },
  'backend.credentials': { table: 'backends', row: ['id'], column: 'credentials' },
  'service-key.people': { table: 'api_keys', row: ['id'], column: 'people_secret' },
  'service-key.signing': { table: 'api_keys', row: ['id'], column: 'signing_secret' },
  'signing.key': { table: 'signing_keys', row: ['purpose', 'kid'], column: 'secret' },
  'totp.secret': { table: 'totp_factors', row: ['user_id'], column: 'secret' },
  'webhook.old-secret': {
    table: 'webhook_old_secrets',
    row: ['id'],
    column: 'secret',
    plainPrefix: 'whsec_',
  },
  'webhook.secret': { table: 'webhooks', row: ['id'], column: 'secret', plainPrefix: 'whsec_' },
} as const satisfies Record<string, SealedColumn>;

export type SecretPurpose = keyof typeof sealedColumns;
export const secretPurposes = Object.keys(sealedColumns) as SecretPurpose[];
