import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../../i18n/translate.ts';
import { Balance } from '../../../ui/Balance.tsx';
import { FileDrop } from '../../../ui/FileDrop.tsx';
import { PriceQuestion } from '../../../ui/PriceQuestion.tsx';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import { describeState } from '../../runs/describeState.ts';
import { isPriceAsked } from '../../runs/run.ts';
import { findVideoFormat, videoAccept } from '../../runs/videoFormat.ts';
import { defaultSettings, readSettings } from '../../settings/settings.ts';
import { ConnectionLine } from '../ConnectionLine.tsx';
import { ProblemLine } from '../ProblemLine.tsx';
import { useAccount, useBalance } from '../useBackground.ts';
import { LastResults } from './LastResults.tsx';
import { SiteLine } from './SiteLine.tsx';
import { type FileRun, useFileRun } from './useFileRun.ts';

/** Balance, a place to drop a file on, the last results, and the ways to the other pages. */
export function PopupPage() {
  const account = useAccount();
  const balance = useBalance(account);
  const { run, problem, connection, start, answerPrice, setProblem } = useFileRun();
  if (account === undefined) return null;
  if (account === null)
    return (
      <main>
        <h1>{translate('extensionName')}</h1>
        <p>{translate('popupSignedOut')}</p>
        <button type="button" class="main" onClick={() => void browser.runtime.openOptionsPage()}>
          {translate('signIn')}
        </button>
      </main>
    );
  return (
    <main>
      <div class="row spread">
        <h1>{translate('extensionName')}</h1>
        <ConnectionLine state={connection} />
      </div>
      <Balance balance={balance.balance} />
      <ProblemLine problem={balance.problem ?? problem} />
      <DropZone onStart={start} />
      {run && (
        <p role="status">
          {translate('labelled', run.fileName)}
          {describeState(run)}{' '}
          {run.outputAssetId && <OpenButton assetId={run.outputAssetId} onProblem={setProblem} />}
        </p>
      )}
      {run && isPriceAsked(run) && <PriceQuestion run={run} onAnswer={answerPrice} />}
      <ProblemLine problem={run?.problem} />
      <LastResults after={run?.outputAssetId} onProblem={setProblem} />
      <SiteLine />
      <Links />
    </main>
  );
}

type StartFile = FileRun['start'];

const pictureActions = ['upscale2', 'upscale4', 'img2img'] as const;
const videoActions = ['video'] as const;
const actionTexts = {
  upscale2: 'upscale2',
  upscale4: 'upscale4',
  img2img: 'img2img',
  video: 'videoMenu',
} as const;

function DropZone({ onStart }: { onStart: StartFile }) {
  const [file, setFile] = useState<File>();
  const [isVideo, setVideo] = useState(false);
  const take = async (taken: File) => {
    const format = await findVideoFormat(taken);
    setVideo(format !== undefined);
    setFile(taken);
  };
  const [scale, setScale] = useState(defaultSettings.scale);
  useEffect(() => void readSettings().then((settings) => setScale(settings.scale)), []);
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const pasted = [...(event.clipboardData?.files ?? [])].find((one) => /^(image|video)\//.test(one.type));
      if (pasted) void take(pasted);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, []);
  return (
    <section>
      <FileDrop
        line={file ? file.name : translate('dropHere')}
        accept={`image/*,${videoAccept}`}
        label={translate('chooseFile')}
        onFile={(taken) => void take(taken)}
      />
      <div class="row">
        {(isVideo ? videoActions : pictureActions).map((action) => (
          <button
            key={action}
            type="button"
            class={isVideo || action === `upscale${scale}` ? 'main' : ''}
            disabled={!file}
            onClick={() => file && void onStart(file, action)}
          >
            {translate(actionTexts[action])}
          </button>
        ))}
      </div>
    </section>
  );
}

function OpenButton(props: { assetId: string; onProblem(problem: ShownProblem): void }) {
  const open = () =>
    void background.openAsset(props.assetId).catch((error: unknown) => props.onProblem(problemOf(error)));
  return (
    <button type="button" onClick={open}>
      {translate('openResult')}
    </button>
  );
}

const windowSize = { width: 380, height: 560 };

/** The popup ends with the first click elsewhere, as dragging a file from another window is. */
async function openWindow(): Promise<void> {
  await browser.windows.create({
    type: 'popup',
    url: browser.runtime.getURL('/popup.html'),
    ...windowSize,
  });
  window.close();
}

function Links() {
  return (
    <div class="row links">
      <button type="button" onClick={() => void openWindow()}>
        {translate('keepOpen')}
      </button>
      <button type="button" onClick={() => void openTasks()}>
        {translate('panelTitle')}
      </button>
      <button type="button" onClick={() => void browser.runtime.openOptionsPage()}>
        {translate('optionsTitle')}
      </button>
    </div>
  );
}

/** Beside the page where the browser has such a place, else in a tab. */
async function openTasks(): Promise<void> {
  const { sidePanel, sidebarAction } = browser as typeof browser & {
    sidebarAction?: { open(): Promise<void> };
  };
  if (sidebarAction) return await sidebarAction.open();
  if (!sidePanel) return void (await browser.tabs.create({ url: browser.runtime.getURL('/sidepanel.html') }));
  const current = await browser.windows.getCurrent();
  if (current.id !== undefined) await sidePanel.open({ windowId: current.id });
}
