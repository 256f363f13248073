import { LocalProblem } from '../runs/problem.ts';
import { findClient } from './session.ts';
import type { Client } from './usedOperations.ts';

export async function requireClient(): Promise<Client> {
  const client = await findClient();
  if (!client) throw new LocalProblem('signed-out');
  return client;
}
