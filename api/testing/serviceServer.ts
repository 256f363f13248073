import { startWorkServer, type WorkServer } from './workServer.ts';

/** A `workServer` with the service key of a bot. */
export interface ServiceServer extends WorkServer {
  serviceKey: string;
  serviceKeyId: string;
}

export async function startServiceServer(env?: Record<string, string>): Promise<ServiceServer> {
  const server = await startWorkServer(env);
  const token = await server.api.signInAsAdmin();
  const made = await server.api.call('/api/admin/service-keys', { token, body: { name: 'bot' } });
  return { ...server, serviceKey: made.body.key, serviceKeyId: made.body.id };
}
