import { browser } from 'wxt/browser';
import { LocalProblem } from '../runs/problem.ts';
import { type ConsoleView, nameResult, type Run } from '../runs/run.ts';
import { findClient } from '../session/session.ts';
import { accountItem } from '../session/storedAccount.ts';

const composeSize = { width: 460, height: 720 };

/** The form of a run, in a window of our own: a page would hear every key typed into a form inside it. */
export const openCompose = (runId: string): Promise<void> => openWindow({ run: runId });

/** The question of a batch, where the page can neither cover nor move it. */
export const openBatch = (batchId: string): Promise<void> => openWindow({ batch: batchId }, 760);

/** The question whether to cancel a task, in a window for the same reason. */
export const openCancel = (runId: string): Promise<void> => openWindow({ cancel: runId });

/** The workflows that a result can be made again with. `runId`: of the run whose picture gets the result. */
export const openAgainWith = (taskId: string, runId?: string): Promise<void> =>
  openWindow({ again: taskId, ...(runId ? { run: runId } : {}) });

async function openWindow(query: Record<string, string>, width = composeSize.width): Promise<void> {
  const url = `${browser.runtime.getURL('/compose.html')}?${new URLSearchParams(query)}`;
  await browser.windows.create({ type: 'popup', url, ...composeSize, width });
}

/** The full picture in a tab, by an address that is signed for an hour. */
export async function openAsset(assetId: string): Promise<void> {
  const asset = await (await findClient())?.getAsset({ params: { id: assetId } });
  if (asset) await browser.tabs.create({ url: asset.url });
}

const consolePaths: Readonly<Record<ConsoleView, string>> = {
  canvas: 'canvas?picture=',
  create: 'create/img2img?input=',
  sound: 'create/ltx23-audio2video?input=',
};

/** A view of the console that begins with this picture or sound. */
export async function openInConsole(view: ConsoleView, assetId: string): Promise<void> {
  const account = await accountItem.getValue();
  if (!account) throw new LocalProblem('signed-out');
  await browser.tabs.create({ url: `${account.baseUrl}/${consolePaths[view]}${assetId}` });
}

/** Saves to the downloads folder, without involving the page. */
export async function saveAsset(assetId: string, run: Pick<Run, 'fileName'>): Promise<void> {
  const asset = await (await findClient())?.getAsset({ params: { id: assetId } });
  if (asset) await browser.downloads.download({ url: asset.url, filename: nameResult(run, asset.mime) });
}
