import { useCallback, useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { describeState } from '../../ui/describeState.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { translate } from '../../ui/translate.ts';
import { useAccount, useBalance, useNews } from '../../ui/useBackground.ts';
import type { PanelNews } from '../background/hub.ts';
import { encodeFile } from '../bytes.ts';
import { background, problemOf } from '../callBackground.ts';
import type { ShownProblem } from '../problem.ts';
import type { Run } from '../runs/run.ts';
import { ConnectionLine } from './ConnectionLine.tsx';

/** Balance, a place to drop a picture on, and the ways to the other pages. */
export function PopupPage() {
  const account = useAccount();
  const balance = useBalance(account);
  const [run, setRun] = useState<Run>();
  const [problem, setProblem] = useState<ShownProblem>();
  const runId = run?.id;
  const onNews = useCallback(
    (news: PanelNews) => {
      if (news.kind === 'run' && news.run.id === runId) setRun(news.run);
    },
    [runId],
  );
  const connection = useNews(onNews);
  const start: StartFile = (file, action) => {
    setProblem(undefined);
    encodeFile(file)
      .then((encoded) => background.startFile(encoded, file.name.replace(/\.[^.]*$/, ''), action))
      .then(setRun, (error: unknown) => setProblem(problemOf(error)));
  };
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
          {run.fileName}: {describeState(run)}
        </p>
      )}
      <ProblemLine problem={run?.problem} />
      <ConnectionLine state={connection} />
      <Links />
    </main>
  );
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

function Links() {
  return (
    <div class="row">
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
