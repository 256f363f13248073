import { type ApiClient, createClient } from '@star-graph/api/client/client';
import { createKeyCredentials } from '@star-graph/api/client/credentials';

export interface ServiceAccess {
  /** Speaks as the service key itself: policies and events. */
  platform: ApiClient;
  /** Speaks for a Discord user: limits, credits and ownership are that person's. */
  clientFor(person: string): ApiClient;
}

export function createServiceAccess(config: { baseUrl: string; serviceKey: string }): ServiceAccess {
  const connect = (actFor?: string) =>
    createClient({
      baseUrl: config.baseUrl,
      credentials: createKeyCredentials({
        apiKey: config.serviceKey,
        ...(actFor === undefined ? {} : { actFor }),
      }),
    });
  return { platform: connect(), clientFor: (person) => connect(`discord:${person}`) };
}
