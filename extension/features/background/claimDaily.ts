import { ClientProblem } from '@star-graph/client/clientProblem';
import type { BalanceView } from '@star-graph/contract/users/credits';
import { LocalProblem } from '../runs/problem.ts';
import { listRuns, updateRun } from '../runs/runStore.ts';
import { requireClient } from '../session/requireClient.ts';
import { tellRun } from './advance/changeRun.ts';
import type { RunDeps } from './advance/liveRuns.ts';

/** Questions that are open count with what there is now. @throws LocalProblem `daily-claimed` */
export async function claimDaily(deps: RunDeps): Promise<BalanceView> {
  try {
    const balance = await (await requireClient()).claimDaily();
    for (const { id } of await listRuns()) {
      const asked = await updateRun(id, (run) =>
        run.state === 'quoted' && run.available !== undefined
          ? { ...run, available: balance.available }
          : undefined,
      );
      if (asked) await tellRun(deps, asked);
    }
    return balance;
  } catch (error) {
    const isClaimed = error instanceof ClientProblem && error.code === 'quota-exceeded';
    throw isClaimed ? new LocalProblem('daily-claimed', { cause: error }) : error;
  }
}
