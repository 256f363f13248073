import type { ApiKeyView, CreatedApiKeyView } from '@star-graph/contract/users/apiKeys';
import type { ApiKey } from '@star-graph/core/ground/db/models/session';
import type { KeyLimits } from '@star-graph/core/people/identity/caller';
import type { CreatedApiKey } from '@star-graph/core/people/identity/credentials/apiKeys';
import type { KeyScope } from '@star-graph/workflows/shared/keyScopes';

export const presentApiKey = ({
  id,
  kind,
  name,
  createdAt,
  usedAt,
  scopes,
  expiresAt,
  networks,
  creditsPerDay,
  signingSecret,
  peopleOf,
  peopleSecret,
}: ApiKey): ApiKeyView => ({
  id,
  // Programs have a list of their own.
  kind: kind === 'service' ? kind : 'user',
  name,
  createdAt: createdAt.toISOString(),
  ...(scopes === null ? {} : { scopes: scopes.split(' ') as KeyScope[] }),
  ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
  ...(networks === null ? {} : { networks: networks.split(' ') }),
  ...(creditsPerDay === null ? {} : { creditsPerDay }),
  ...(signingSecret === null ? {} : { signed: true as const }),
  ...(peopleOf === null ? {} : { people: { of: peopleOf, signed: peopleSecret !== null } }),
  ...(usedAt === null ? {} : { usedAt: usedAt.toISOString() }),
});

export const presentCreatedKey = ({ apiKey, text, peopleSecret }: CreatedApiKey): CreatedApiKeyView => ({
  ...presentApiKey(apiKey),
  key: text,
  ...(peopleSecret !== undefined && { peopleSecret }),
});

/** The limits that a request for a key asks for. */
export const readKeyLimits = (
  { now }: { now: Date },
  body: {
    scopes?: KeyScope[] | undefined;
    expiresInDays?: number | undefined;
    networks?: string[] | undefined;
    creditsPerDay?: number | undefined;
  },
): KeyLimits => ({
  scopes: body.scopes ? [...new Set(body.scopes)] : null,
  expiresAt:
    body.expiresInDays === undefined
      ? null
      : new Date(now.getTime() + body.expiresInDays * dayMs).toISOString(),
  networks: body.networks ?? null,
  creditsPerDay: body.creditsPerDay ?? null,
});

const dayMs = 24 * 3_600_000;
