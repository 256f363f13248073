import { type ApiClient, createClient } from '@star-graph/client/client';
import { createKeyCredentials } from '@star-graph/client/credentials';
import { traceHeaders } from '@star-graph/core/ground/telemetry/spans';

export interface ServiceAccess {
  /** Speaks as the service key itself: policies and events. */
  platform: ApiClient;
  /**
   * Speaks for a Discord user: limits, credits and ownership are that person's.
   * @param place as `formatPlace` writes it: tasks have the price of that place.
   */
  clientFor(person: string, place?: string): ApiClient;
}

export function createServiceAccess(config: { baseUrl: string; serviceKey: string }): ServiceAccess {
  const connect = (actFor?: string, place?: string) =>
    createClient({
      baseUrl: config.baseUrl,
      headers: traceHeaders,
      credentials: createKeyCredentials({
        apiKey: config.serviceKey,
        ...(actFor === undefined ? {} : { actFor }),
        ...(place === undefined ? {} : { place }),
      }),
    });
  return { platform: connect(), clientFor: (person, place) => connect(`discord:${person}`, place) };
}
