import type { Page } from '@star-graph/contract/pages';
import { browser } from 'wxt/browser';
import type { Calls, FileAction } from '../messaging/rpc.ts';
import { LocalProblem } from '../runs/problem.ts';
import { inputOf, type Run } from '../runs/run.ts';
import { findRun, listRuns, updateRun } from '../runs/runStore.ts';
import { img2imgWork, upscaleBy, videoWork, type Work } from '../runs/work.ts';
import { checkServer, findOwnServer } from '../session/checkServer.ts';
import { requireClient } from '../session/requireClient.ts';
import { signIn, signOut } from '../session/session.ts';
import { accountItem } from '../session/storedAccount.ts';
import { prepareFile } from './acquire/prepareFile.ts';
import { advanceRun } from './advance/advanceRun.ts';
import { answerPrice, cancelRun, retryRun } from './advance/controlRun.ts';
import type { RunDeps } from './advance/liveRuns.ts';
import { claimDaily } from './claimDaily.ts';
import { beginConnecting } from './connectAccount.ts';
import { startAgainWith } from './start/startAgainWith.ts';
import { startFromFile } from './start/startFromFile.ts';
import { openAgainWith, openAsset, openCompose, openInConsole, saveAsset } from './windows.ts';

/** What happens to runs when an account leaves. */
export interface AccountChange {
  /** Before the next account is there. */
  leave(): Promise<void>;
  /** Afterwards. */
  follow(): Promise<void>;
}

export function createRpcHandlers(deps: RunDeps, change: AccountChange): Calls {
  return {
    ...createAccountCalls(deps, change),
    ...createTaskCalls(),
    ...createRunCalls(deps),
  };
}

type AccountCalls = Pick<
  Calls,
  | 'checkServer'
  | 'findOwnServer'
  | 'signIn'
  | 'beginConnecting'
  | 'signOut'
  | 'findAccount'
  | 'getBalance'
  | 'claimDaily'
  | 'listTransfers'
>;

function createAccountCalls(deps: RunDeps, change: AccountChange): AccountCalls {
  return {
    checkServer: (baseUrl) => checkServer({ fetch: fetchFromHere }, baseUrl, ownVersion()),
    findOwnServer: async () => (await findOwnServer({ fetch: fetchFromHere }, ownVersion())) ?? null,
    async signIn(request) {
      const account = await signIn(request, change.leave);
      await change.follow();
      return account;
    },
    beginConnecting: (baseUrl) => beginConnecting(baseUrl, change),
    async signOut() {
      const outcome = await signOut();
      await change.leave();
      await change.follow();
      return outcome;
    },
    findAccount: () => accountItem.getValue(),
    claimDaily: () => claimDaily(deps),
    getBalance: async () => await (await requireClient()).getBalance(),
    listTransfers: async (cursor) =>
      await (await requireClient()).listTransfers({ query: cursor ? { cursor } : {} }),
  };
}

/** Called as a method of another object, a browser refuses its own. */
const fetchFromHere: typeof fetch = (input, init) => fetch(input, init);
const ownVersion = (): string => browser.runtime.getManifest().version;

type TaskCalls = Pick<
  Calls,
  | 'listTasks'
  | 'listAssets'
  | 'cancelTask'
  | 'repeatTask'
  | 'deleteAssets'
  | 'restoreAssets'
  | 'saveAsset'
  | 'openAsset'
  | 'openCanvas'
  | 'openAgainWith'
  | 'findTask'
  | 'listWorkflows'
  | 'listModels'
  | 'listStyles'
  | 'getAsset'
>;

function createTaskCalls(): TaskCalls {
  return {
    listAssets: async (query) => await (await requireClient()).listAssets({ query }),
    listTasks: async (query) => await (await requireClient()).listTasks({ query }),
    cancelTask: async (taskId) => await (await requireClient()).cancelTask({ params: { id: taskId } }),
    async repeatTask(task, isVaried) {
      const { seed: _seed, ...varied } = task.params;
      const meta = { ...task.meta, parentId: task.id };
      const body = { ...(isVaried ? varied : task.params), meta };
      return await (await requireClient()).generate<string>(task.workflow.name, body);
    },
    deleteAssets: async (assetIds) =>
      (await (await requireClient()).deleteAssets({ body: { ids: [...assetIds] } })).ids,
    restoreAssets: async (assetIds) =>
      (await (await requireClient()).restoreAssets({ body: { ids: [...assetIds] } })).ids,
    saveAsset: (assetId, fileName) => saveAsset(assetId, { fileName }),
    openAsset,
    openCanvas: (assetId) => openInConsole('canvas', assetId),
    openAgainWith: (taskId) => openAgainWith(taskId),
    findTask: async (taskId) => await (await requireClient()).getTask({ params: { id: taskId } }),
    async listWorkflows() {
      const client = await requireClient();
      return await listAll((query) => client.listWorkflows({ query }));
    },
    async listModels() {
      const client = await requireClient();
      return await listAll((query) => client.listModels({ query }));
    },
    listStyles: async () => (await (await requireClient()).listStyles()).items,
    getAsset: async (assetId) => await (await requireClient()).getAsset({ params: { id: assetId } }),
  };
}

async function listAll<Item>(
  listPage: (query: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await listPage({ limit: 100, ...(cursor ? { cursor } : {}) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
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
  | 'uploadFile'
  | 'startFile'
  | 'startAgainWith'
>;

function createRunCalls(deps: RunDeps): RunCalls {
  const requireRun = async (runId: string): Promise<Run> => {
    const run = await findRun(runId);
    if (!run) throw new LocalProblem('page-closed');
    return run;
  };
  return {
    findRun: async (runId) => (await findRun(runId)) ?? null,
    async quote(runId, request) {
      const run = { ...(await requireRun(runId)), ...request };
      const body = { ...run.params, ...inputOf(run) };
      return await (await requireClient()).quote<string>(run.workflow, body);
    },
    async submit(runId, request, agreedCost) {
      const run = await updateRun(runId, (current) =>
        current.state === 'quoted' ? { ...current, ...request, isAsked: false, agreedCost } : undefined,
      );
      if (run) await advanceRun(deps, run.id);
    },
    answerPrice: async (runId, isYes) => await answerPrice(deps, await requireRun(runId), isYes),
    async findCancelCost(runId) {
      const run = await requireRun(runId);
      return deps.live.progress.get(run.joined ?? run.id)?.cancelCost ?? null;
    },
    cancelRun: async (runId) => await cancelRun(deps, await requireRun(runId)),
    retryRun: async (runId) => await retryRun(deps, runId),
    findBatch: listBatch,
    async answerBatch(batchId, agreedIds) {
      const runs = (await listBatch(batchId)).filter(({ state }) => state === 'quoted');
      await Promise.all(runs.map((run) => answerPrice(deps, run, agreedIds.includes(run.id))));
    },
    startAgainWith: (taskId, workflow, runId) => startAgainWith(deps, taskId, workflow, runId),
    async uploadFile(file, fileName, kind, isMask) {
      const client = await requireClient();
      const prepared = await prepareFile(file, kind, { workflow: '' });
      return (
        await client.uploadAsset(prepared.file, { filename: fileName, ...(isMask && { purpose: 'mask' }) })
      ).id;
    },
    async startFile(file, fileName, action) {
      const work = workOfAction[action];
      const run = await startFromFile(deps, file, fileName, work);
      if (work.isAsked) await openCompose(run.id);
      return run;
    },
  };
}

const workOfAction = {
  upscale2: upscaleBy(2),
  upscale4: upscaleBy(4),
  img2img: img2imgWork,
  video: videoWork,
} as const satisfies Record<FileAction, Work>;

const listBatch = async (batchId: string): Promise<Run[]> =>
  (await listRuns()).filter((run) => run.batchId === batchId);
