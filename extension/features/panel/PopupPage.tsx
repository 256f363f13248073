import { useCallback, useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { describeState } from '../../ui/describeState.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { translate } from '../../ui/translate.ts';
import { useAccount, useBalance, useNews } from '../../ui/useBackground.ts';
import type { PanelNews } from '../background/hub.ts';
import { encodeFile } from '../bytes.ts';
import { background, problemOf } from '../callBackground.ts';
import type { EncodedFile } from '../page/protocol.ts';
import { rasteriseHere } from '../page/readPicture.ts';
import { LocalProblem, type ShownProblem } from '../problem.ts';
import { isEnded, type Run } from '../runs/run.ts';
import { settingsItem } from '../storedItems.ts';
import { ConnectionLine } from './ConnectionLine.tsx';

/** Balance, a place to drop a picture on, and the ways to the other pages. */
export function PopupPage() {
  const account = useAccount();
  const balance = useBalance(account);
  const { run, problem, connection, start, setProblem } = useFileRun();
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
      <p data-testid="balance">
        {balance.balance && translate('balanceLine', balance.balance.available, balance.balance.held)}
      </p>
      <ProblemLine problem={balance.problem ?? problem} />
      <DropZone onStart={start} />
      {run && (
        <p role="status">
          {run.fileName}: {describeState(run)}{' '}
          {run.outputAssetId && <OpenButton assetId={run.outputAssetId} onProblem={setProblem} />}
        </p>
      )}
      <ProblemLine problem={run?.problem} />
      <ConnectionLine state={connection} />
      <Links />
    </main>
  );
}

/** The run of the file that was given last. */
function useFileRun() {
  const [run, setRun] = useState<Run>();
  const [problem, setProblem] = useState<ShownProblem>();
  const update = useCallback((news: Run) => {
    setRun((shown) => (shown?.id === news.id && !isEnded(shown) ? news : shown));
  }, []);
  const onNews = useCallback(
    (news: PanelNews) => {
      if (news.kind === 'run') update(news.run);
    },
    [update],
  );
  const connection = useNews(onNews);
  const start: StartFile = async (file, action) => {
    setProblem(undefined);
    try {
      const started = await background.startFile(await readFile(file), nameOf(file), action);
      setRun(started);
      // It may have ended before anybody here knew its id.
      const now = await background.findRun(started.id);
      if (now) update(now);
    } catch (error) {
      setProblem(error instanceof LocalProblem ? { code: error.code } : problemOf(error));
    }
  };
  return { run, problem, connection, start, setProblem };
}

const nameOf = (file: File): string => file.name.replace(/\.[^.]*$/, '');

/** An SVG is drawn here: the background has nothing to draw it with. @throws LocalProblem */
async function readFile(file: File): Promise<EncodedFile> {
  if (file.type !== 'image/svg+xml') return await encodeFile(file);
  const { svgLongestSidePx } = await settingsItem.getValue();
  const drawn = await rasteriseHere(await file.text(), svgLongestSidePx);
  if (!drawn) throw new LocalProblem('not-an-image');
  return drawn;
}

type Action = 'upscale2' | 'upscale4' | 'img2img';
type StartFile = (file: File, action: Action) => void;

function DropZone({ onStart }: { onStart: StartFile }) {
  const [file, setFile] = useState<File>();
  const [isOver, setOver] = useState(false);
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
            class={action === 'upscale2' ? 'main' : ''}
            disabled={!file}
            onClick={() => file && onStart(file, action)}
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
