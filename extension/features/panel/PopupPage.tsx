import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { videoAccept } from '@star-graph/workflows/shared/uploadRules';
import { ListChecks, PictureInPicture2, Settings } from 'lucide';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../i18n/translate.ts';
import { FileDrop } from '../../ui/FileDrop.tsx';
import { PriceQuestion } from '../../ui/PriceQuestion.tsx';
import { background, problemOf } from '../messaging/rpcClient.ts';
import { describeState } from '../runs/describeState.ts';
import type { ShownProblem } from '../runs/problem.ts';
import { isPriceAsked, type Run } from '../runs/run.ts';
import { findVideoFormat } from '../runs/videoFormat.ts';
import { defaultSettings, readSettings } from '../session/settings.ts';
import { BudgetLine } from './AutomaticRule.tsx';
import { BalanceLine } from './BalanceLine.tsx';
import { ConnectionLine } from './ConnectionLine.tsx';
import { LastResults } from './LastResults.tsx';
import { ProblemLine } from './ProblemLine.tsx';
import { SignedOut } from './SignedOut.tsx';
import { SiteLine } from './SiteLine.tsx';
import { useAccount, useBalance } from './useBackground.ts';
import { type FileRun, useFileRun } from './useFileRun.ts';

/** Balance, a place to drop a file on, the last results, and the ways to the other pages. */
export function PopupPage() {
  const account = useAccount();
  const balance = useBalance(account);
  const { run, problem, connection, start, answerPrice, setProblem } = useFileRun();
  if (account === undefined) return null;
  if (account === null) return <SignedOut />;
  return (
    <main class="popup-main">
      <header class="page-head">
        <h1>{translate('extensionName')}</h1>
        <div class="page-side">
          <BalanceLine balance={balance.balance} />
          <ConnectionLine state={connection} />
        </div>
      </header>
      <ProblemLine problem={balance.problem ?? problem} />
      <DropZone onStart={start} />
      {run && <RunLine run={run} onProblem={setProblem} />}
      {run && isPriceAsked(run) && <PriceQuestion run={run} onAnswer={answerPrice} />}
      <ProblemLine problem={run?.problem} />
      <LastResults after={run?.outputAssetId} onProblem={setProblem} />
      <SiteLine />
      <BudgetLine />
      <Links />
    </main>
  );
}

function RunLine({ run, onProblem }: { run: Run; onProblem(problem: ShownProblem): void }) {
  const { outputAssetId } = run;
  const open = (assetId: string) =>
    void background.openAsset(assetId).catch((error: unknown) => onProblem(problemOf(error)));
  return (
    <div class="run-line" role="status">
      <Ring size={20} {...ringOf(run)} />
      <p class="sg-cut">
        {translate('labelled', run.fileName)}
        {describeState(run)}
      </p>
      {outputAssetId && (
        <Button size="small" onClick={() => open(outputAssetId)}>
          {translate('openResult')}
        </Button>
      )}
    </div>
  );
}

const ringOf = ({ state }: Run): { state: 'working' | 'done' | 'failed'; percent?: number } => {
  if (state === 'succeeded') return { state: 'done' };
  if (state === 'failed' || state === 'cancelled') return { state: 'failed' };
  return state === 'quoted' ? { state: 'working', percent: 0 } : { state: 'working' };
};

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
  useLayoutEffect(() => {
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
      <div class="drop-actions">
        {(isVideo ? videoActions : pictureActions).map((action) => (
          <Button
            key={action}
            look={isVideo || action === `upscale${scale}` ? 'primary' : 'secondary'}
            disabled={!file}
            onClick={() => file && void onStart(file, action)}
          >
            {translate(actionTexts[action])}
          </Button>
        ))}
      </div>
    </section>
  );
}

const windowSize = { width: 380, height: 560 };

/** The popup ends with the first click elsewhere, as dragging a file from another window is. */
async function openWindow(): Promise<void> {
  await browser.windows.create({
    type: 'popup',
    url: browser.runtime.getURL('/popup.html?window'),
    ...windowSize,
  });
  window.close();
}

function Links() {
  return (
    <nav class="links">
      <Button look="quiet" size="small" icon={ListChecks} onClick={() => void openTasks()}>
        {translate('panelTitle')}
      </Button>
      <Button
        look="quiet"
        size="small"
        icon={Settings}
        onClick={() => void browser.runtime.openOptionsPage()}
      >
        {translate('optionsTitle')}
      </Button>
      <Button look="quiet" size="small" icon={PictureInPicture2} onClick={() => void openWindow()}>
        {translate('keepOpen')}
      </Button>
    </nav>
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
