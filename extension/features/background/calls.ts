import type { ApiClient } from '@star-graph/api/client/client';
import { ClientProblem } from '@star-graph/api/client/clientProblem';
import type { WorkflowView } from '@star-graph/api/contract/catalogue';
import type { QuoteView } from '@star-graph/api/contract/generate';
import type { Page } from '@star-graph/api/contract/shared';
import type { TaskQuery, TaskView } from '@star-graph/api/contract/tasks';
import type { BalanceView, TransferView } from '@star-graph/api/contract/users';
import { browser } from 'wxt/browser';
import type { EncodedFile } from '../page/protocol.ts';
import { LocalProblem } from '../problem.ts';
import type { Run, Work } from '../runs/run.ts';
import { findRun, listRuns, updateRun } from '../runs/runStore.ts';
import { checkServer, type ServerCheck } from '../session/checkServer.ts';
import { findClient, type SignInRequest, signIn, signOut } from '../session/session.ts';
import { type Account, accountItem } from '../storedItems.ts';
import { advanceRun, cancelRun, endRun, type RunnerDeps, retryRun } from './runner.ts';
import { startFromFile, upscaleBy } from './startRuns.ts';
import { openAsset, openCompose } from './windows.ts';

/** What the extension's own pages may ask of the background, which alone speaks with the server. */
export interface Calls {
  checkServer(baseUrl: string): Promise<ServerCheck>;
  signIn(request: SignInRequest): Promise<Account>;
  signOut(): Promise<{ isRevoked: boolean }>;
  findAccount(): Promise<Account | null>;
  getBalance(): Promise<BalanceView>;
  /** Fetches the credits of today. */
  claimDaily(): Promise<BalanceView>;
  listTasks(query: TaskQuery): Promise<Page<TaskView>>;
  listTransfers(cursor?: string): Promise<Page<TransferView>>;
  cancelTask(taskId: string): Promise<TaskView>;
  /** The same values again; `isVaried` draws another seed. */
  repeatTask(task: TaskView, isVaried: boolean): Promise<TaskView>;
  deleteAsset(assetId: string): Promise<void>;
  openAsset(assetId: string): Promise<void>;
  findWorkflow(name: string): Promise<WorkflowView | null>;
  findRun(runId: string): Promise<Run | null>;
  getAssetUrl(assetId: string): Promise<string>;
  quote(runId: string, params: Record<string, unknown>): Promise<QuoteView>;
  /** `agreedCost`: the price that stood beside the button, where there was one. */
  submit(runId: string, params: Record<string, unknown>, agreedCost?: number): Promise<void>;
  /** Says yes to the price of the run, or no. */
  answerPrice(runId: string, isYes: boolean): Promise<void>;
  /** Credits that the task would cost if it were cancelled now; null when that is not known. */
  findCancelCost(runId: string): Promise<number | null>;
  cancelRun(runId: string): Promise<void>;
  retryRun(runId: string): Promise<void>;
  findBatch(batchId: string): Promise<BatchView>;
  answerBatch(batchId: string, isYes: boolean): Promise<void>;
  startFile(file: EncodedFile, fileName: string, action: 'upscale2' | 'upscale4' | 'img2img'): Promise<Run>;
}

/** The pictures of a batch that have their price and wait for the yes; null when the sum is not known. */
export interface BatchView {
  count: number;
  cost: number | null;
}

export type CallRequest = { kind: 'call'; name: keyof Calls; args: unknown[] };

/** What becomes of runs when an account goes. */
export interface AccountChange {
  /** Before the next account is there. */
  leave(): Promise<void>;
  /** Afterwards. */
  follow(): Promise<void>;
}

export function createCalls(deps: RunnerDeps, change: AccountChange): Calls {
  return {
    ...createAccountCalls(change),
    ...createTaskCalls(),
    ...createRunCalls(deps),
  };
}

async function requireClient(): Promise<ApiClient> {
  const client = await findClient();
  if (!client) throw new LocalProblem('signed-out');
  return client;
}

/** @throws LocalProblem `daily-claimed` */
export async function claimDaily(): Promise<BalanceView> {
  try {
    return await (await requireClient()).claimDaily();
  } catch (error) {
    const isClaimed = error instanceof ClientProblem && error.code === 'quota-exceeded';
    throw isClaimed ? new LocalProblem('daily-claimed', { cause: error }) : error;
  }
}

type AccountCalls = Pick<
  Calls,
  'checkServer' | 'signIn' | 'signOut' | 'findAccount' | 'getBalance' | 'claimDaily' | 'listTransfers'
>;

function createAccountCalls(change: AccountChange): AccountCalls {
  return {
    checkServer: (baseUrl) =>
      checkServer(
        { fetch: (input, init) => fetch(input, init) },
        baseUrl,
        browser.runtime.getManifest().version,
      ),
    async signIn(request) {
      const account = await signIn(request, change.leave);
      await change.follow();
      return account;
    },
    async signOut() {
      const outcome = await signOut();
      await change.leave();
      await change.follow();
      return outcome;
    },
    findAccount: () => accountItem.getValue(),
    claimDaily,
    getBalance: async () => await (await requireClient()).getBalance(),
    listTransfers: async (cursor) =>
      await (await requireClient()).listTransfers({ query: cursor ? { cursor } : {} }),
  };
}

type TaskCalls = Pick<
  Calls,
  'listTasks' | 'cancelTask' | 'repeatTask' | 'deleteAsset' | 'openAsset' | 'findWorkflow' | 'getAssetUrl'
>;

function createTaskCalls(): TaskCalls {
  return {
    listTasks: async (query) => await (await requireClient()).listTasks({ query }),
    cancelTask: async (taskId) => await (await requireClient()).cancelTask({ params: { id: taskId } }),
    async repeatTask(task, isVaried) {
      const { seed: _seed, ...varied } = task.params;
      const meta = { ...task.meta, parentId: task.id };
      const body = { ...(isVaried ? varied : task.params), meta };
      return await (await requireClient()).generate<string>(task.workflow.name, body);
    },
    deleteAsset: async (assetId) => await (await requireClient()).deleteAsset({ params: { id: assetId } }),
    openAsset,
    async findWorkflow(name) {
      const { items } = await (await requireClient()).listWorkflows({ query: { limit: 100 } });
      return items.find((workflow) => workflow.name === name) ?? null;
    },
    getAssetUrl: async (assetId) => (await (await requireClient()).getAsset({ params: { id: assetId } })).url,
  };
}

type RunCalls = Pick<
  Calls,
  | 'findRun'
  | 'quote'
  | 'submit'
  | 'answerPrice'
  | 'findCancelCost'
  | 'cancelRun'
  | 'retryRun'
  | 'findBatch'
  | 'answerBatch'
  | 'startFile'
>;

function createRunCalls(deps: RunnerDeps): RunCalls {
  const requireRun = async (runId: string): Promise<Run> => {
    const run = await findRun(runId);
    if (!run) throw new LocalProblem('page-closed');
    return run;
  };
  return {
    findRun: async (runId) => (await findRun(runId)) ?? null,
    async quote(runId, params) {
      const run = await requireRun(runId);
      const body = { ...params, image: run.inputAssetId };
      return await (await requireClient()).quote<string>(run.workflow, body);
    },
    async submit(runId, params, agreedCost) {
      const run = await updateRun(runId, (current) =>
        current.state === 'quoted' ? { ...current, params, isAsked: false, agreedCost } : undefined,
      );
      if (run) await advanceRun(deps, run.id);
    },
    answerPrice: async (runId, isYes) => await answerPrice(deps, await requireRun(runId), isYes),
    findCancelCost: async (runId) => deps.progress.get(runId)?.cancelCost ?? null,
    cancelRun: async (runId) => await cancelRun(deps, await requireRun(runId)),
    retryRun: async (runId) => await retryRun(deps, runId),
    async findBatch(batchId) {
      const costs = (await listQuoted(batchId)).map(({ cost }) => cost ?? Number.NaN);
      const cost = costs.reduce((sum, one) => sum + one, 0);
      return { count: costs.length, cost: Number.isNaN(cost) ? null : cost };
    },
    async answerBatch(batchId, isYes) {
      const runs = await listQuoted(batchId);
      await Promise.all(runs.map((run) => answerPrice(deps, run, isYes)));
    },
    async startFile(file, fileName, action) {
      const work: Work =
        action === 'img2img'
          ? { workflow: 'img2img', params: {}, isAsked: true }
          : upscaleBy(action === 'upscale2' ? 2 : 4);
      const run = await startFromFile(deps, file, fileName, work);
      if (work.isAsked) await openCompose(run.id);
      return run;
    },
  };
}

const listQuoted = async (batchId: string): Promise<Run[]> =>
  (await listRuns()).filter((run) => run.batchId === batchId && run.state === 'quoted');

/** Answers the question whether the run may cost what it was quoted at. */
export async function answerPrice(deps: RunnerDeps, run: Run, isYes: boolean): Promise<void> {
  if (!isYes) return await endRun(deps, run.id, { state: 'cancelled' });
  await updateRun(run.id, (current) =>
    current.state === 'quoted' ? { ...current, isAsked: false, agreedCost: current.cost } : undefined,
  );
  await advanceRun(deps, run.id);
}
