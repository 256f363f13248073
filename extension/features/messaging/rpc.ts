import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import type { AssetView } from '@star-graph/contract/assets/assets';
import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { StyleView } from '@star-graph/contract/catalogue/styles';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { Page } from '@star-graph/contract/pages';
import type { QuoteView } from '@star-graph/contract/tasks/generate';
import type { TaskQuery, TaskView } from '@star-graph/contract/tasks/tasks';
import type { BalanceView, TransferView } from '@star-graph/contract/users/credits';
import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';
import type { Run } from '../runs/run.ts';
import type { ServerCheck } from '../session/checkServer.ts';
import type { SignInRequest } from '../session/session.ts';
import type { Account } from '../session/storedAccount.ts';
import type { EncodedFile } from './encodedFile.ts';

/** Calls that the extension's own pages may make to the background, which alone talks to the server. */
export interface Calls {
  checkServer(baseUrl: string): Promise<ServerCheck>;
  /** The address of a server on this machine. */
  findOwnServer(): Promise<string | null>;
  signIn(request: SignInRequest): Promise<Account>;
  /** Asks on a page of the console to be let in. */
  beginConnecting(baseUrl: string): Promise<void>;
  signOut(): Promise<{ isRevoked: boolean }>;
  findAccount(): Promise<Account | null>;
  getBalance(): Promise<BalanceView>;
  /** Claims the daily credits. */
  claimDaily(): Promise<BalanceView>;
  listTasks(query: TaskQuery): Promise<Page<TaskView>>;
  /** Results whose prompts have the words. */
  listAssets(query: { kind: 'output'; q?: string; cursor?: string }): Promise<Page<ListedAssetView>>;
  listTransfers(cursor?: string): Promise<Page<TransferView>>;
  cancelTask(taskId: string): Promise<TaskView>;
  /** The same values again; `isVaried` draws another seed. */
  repeatTask(task: TaskView, isVaried: boolean): Promise<TaskView>;
  /** @returns those that are deleted now */
  deleteAssets(assetIds: readonly string[]): Promise<string[]>;
  /** Takes a deletion back. @returns those that are there again */
  restoreAssets(assetIds: readonly string[]): Promise<string[]>;
  /** Puts it into the folder for downloads. */
  saveAsset(assetId: string, fileName: string): Promise<void>;
  openCanvas(assetId: string): Promise<void>;
  openAsset(assetId: string): Promise<void>;
  listWorkflows(): Promise<WorkflowView[]>;
  listModels(): Promise<ModelView[]>;
  listStyles(): Promise<StyleView[]>;
  findTask(taskId: string): Promise<TaskView>;
  /** `runId`: of the run whose picture gets the result. */
  startAgainWith(taskId: string, workflow: string, runId?: string): Promise<Run>;
  openAgainWith(taskId: string): Promise<void>;
  findRun(runId: string): Promise<Run | null>;
  getAsset(assetId: string): Promise<AssetView>;
  quote(runId: string, request: FormRequest): Promise<QuoteView>;
  /** `agreedCost`: the price that stood beside the button, where there was one. */
  submit(runId: string, request: FormRequest, agreedCost?: number): Promise<void>;
  /** Says yes to the price of the run, or no. */
  answerPrice(runId: string, isYes: boolean): Promise<void>;
  /** Credits that the task would cost if it were cancelled now; null when that is not known. */
  findCancelCost(runId: string): Promise<number | null>;
  cancelRun(runId: string): Promise<void>;
  retryRun(runId: string): Promise<void>;
  findBatch(batchId: string): Promise<Run[]>;
  /** Of those that have their price: yes to some, and no to the others. */
  answerBatch(batchId: string, agreedIds: readonly string[]): Promise<void>;
  /** A further picture or video of a form. @returns the id of the upload */
  uploadFile(file: EncodedFile, fileName: string, kind: FileKind, isMask: boolean): Promise<string>;
  startFile(file: EncodedFile, fileName: string, action: FileAction): Promise<Run>;
}

export type FileAction = 'upscale2' | 'upscale4' | 'img2img' | 'video';

/** What a form asks for. The person may have chosen another workflow than the run began with. */
export type FormRequest = Pick<Run, 'workflow' | 'params' | 'inputParam'>;

export type CallRequest = { kind: 'call'; name: keyof Calls; args: unknown[] };
