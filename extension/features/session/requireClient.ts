import type { ApiClient } from '@star-graph/client/client';
import { LocalProblem } from '../runs/problem.ts';
import { findClient } from './session.ts';

export async function requireClient(): Promise<ApiClient> {
  const client = await findClient();
  if (!client) throw new LocalProblem('signed-out');
  return client;
}
