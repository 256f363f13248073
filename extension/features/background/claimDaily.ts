import { ClientProblem } from '@star-graph/client/clientProblem';
import type { BalanceView } from '@star-graph/contract/users/credits';
import { LocalProblem } from '../runs/problem.ts';
import { requireClient } from '../session/requireClient.ts';

/** @throws LocalProblem `daily-claimed` */
export async function claimDaily(): Promise<BalanceView> {
  try {
    return await (await requireClient()).claimDaily();
  } catch (error) {
    const isClaimed = error instanceof ClientProblem && error.code === 'quota-exceeded';
    throw isClaimed ? new LocalProblem('daily-claimed', { cause: error }) : error;
  }
}
