import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { describeBalance } from '../../../i18n/describeCount.ts';
import { translate } from '../../../i18n/translate.ts';
import { PriceQuestion } from '../../../ui/PriceQuestion.tsx';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import { describeState } from '../../runs/describeState.ts';
import { isPriceAsked } from '../../runs/run.ts';
import { defaultSettings, readSettings } from '../../settings/settings.ts';
import { ConnectionLine } from '../ConnectionLine.tsx';
import { ProblemLine } from '../ProblemLine.tsx';
import { useAccount, useBalance } from '../useBackground.ts';
import { SiteLine } from './SiteLine.tsx';
import { type FileRun, useFileRun } from './useFileRun.ts';

/** Balance, a place to drop a picture on, and the ways to the other pages. */
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
      <h1>{translate('extensionName')}</h1>
      <p data-testid="balance">{balance.balance && describeBalance(balance.balance)}</p>
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
      <SiteLine />
      <ConnectionLine state={connection} />
      <Links />
    </main>
  );
}

type StartFile = FileRun['start'];

function DropZone({ onStart }: { onStart: StartFile }) {
  const [file, setFile] = useState<File>();
  const [isOver, setOver] = useState(false);
  const [scale, setScale] = useState(defaultSettings.scale);
  useEffect(() => void readSettings().then((settings) => setScale(settings.scale)), []);
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const pasted = [...(event.clipboardData?.files ?? [])].find((one) => one.type.startsWith('image/'));
      if (pasted) setFile(pasted);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, []);
  return (
    <section>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the file input inside is the accessible way */}
      <div
        class={`drop${isOver ? ' over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          setFile(event.dataTransfer?.files[0]);
        }}
      >
        <p>{file ? file.name : translate('dropHere')}</p>
        <input
          type="file"
          accept="image/*"
          aria-label={translate('chooseFile')}
          onChange={(event) => setFile(event.currentTarget.files?.[0])}
        />
      </div>
      <div class="row">
        {(['upscale2', 'upscale4', 'img2img'] as const).map((action) => (
          <button
            key={action}
            type="button"
            class={action === `upscale${scale}` ? 'main' : ''}
            disabled={!file}
            onClick={() => file && void onStart(file, action)}
          >
            {translate(action)}
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
    <div class="row">
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
