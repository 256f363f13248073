import type { ApiKey } from '@star-graph/core/db/models/session';
import type { ApiKeyView, CreatedApiKeyView } from '../../contract/users/apiKeys.ts';

export const presentApiKey = ({ id, kind, name, createdAt, usedAt }: ApiKey): ApiKeyView => ({
  id,
  kind,
  name,
  createdAt: createdAt.toISOString(),
  ...(usedAt === null ? {} : { usedAt: usedAt.toISOString() }),
});

export const presentCreatedKey = (created: { apiKey: ApiKey; text: string }): CreatedApiKeyView => ({
  ...presentApiKey(created.apiKey),
  key: created.text,
});
