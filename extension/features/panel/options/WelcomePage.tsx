import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../../i18n/translate.ts';
import { PriceQuestion } from '../../../ui/PriceQuestion.tsx';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import { describeState } from '../../runs/describeState.ts';
import { isEnded, isPriceAsked } from '../../runs/run.ts';
import { ProblemLine } from '../ProblemLine.tsx';
import { type FileRun, useFileRun } from '../popup/useFileRun.ts';
import { useAccount } from '../useBackground.ts';
import { ShortcutLine } from './ShortcutLine.tsx';
import { SignInForm } from './SignInForm.tsx';

/** Opens once, after the installation: sign in, a first picture, and how to use it on pages. */
export function WelcomePage() {
  const account = useAccount();
  return (
    <main>
      <h1>{translate('welcomeTitle')}</h1>
      <p class="faint">{translate('extensionDescription')}</p>
      <h2>1. {translate('welcomeServer')}</h2>
      {account === null && <SignInForm />}
      {account && (
        <p class="good" data-testid="account">
          {translate('signedInAs', account.user.username ?? translate('discordAccount'), account.baseUrl)}
        </p>
      )}
      <h2>2. {translate('welcomePicture')}</h2>
      <FirstPicture isSignedIn={Boolean(account)} />
      <h2>3. {translate('welcomePages')}</h2>
      <p>{translate('welcomeMenu')}</p>
      <ShortcutLine />
      <button type="button" onClick={() => void browser.runtime.openOptionsPage()}>
        {translate('openOptions')}
      </button>
    </main>
  );
}

const sample = '/sample/hill.jpg';

/** A picture of ours to try it on; the result takes its place, as it does on pages. */
function FirstPicture({ isSignedIn }: { isSignedIn: boolean }) {
  const files = useFileRun();
  const { run, start } = files;
  const { url, problem } = useResultUrl(files);
  const isBusy = run !== undefined && !isEnded(run);
  const press = async () => {
    const bytes = await (await fetch(sample)).blob();
    await start(new File([bytes], 'hill.jpg', { type: 'image/jpeg' }), 'upscale4');
  };
  return (
    <section data-testid="first-picture">
      <p>
        <img class="sample" src={url ?? sample} alt={translate('welcomeSample')} />
      </p>
      {run && <p role="status">{describeState(run)}</p>}
      {run && isPriceAsked(run) && <PriceQuestion run={run} onAnswer={files.answerPrice} />}
      <ProblemLine problem={files.problem ?? run?.problem ?? problem} />
      {!url && (
        <button type="button" class="main" disabled={!isSignedIn || isBusy} onClick={() => void press()}>
          {translate('upscale4')}
        </button>
      )}
      {!isSignedIn && <p class="faint small">{translate('popupSignedOut')}</p>}
    </section>
  );
}

function useResultUrl({ run }: FileRun) {
  const [state, setState] = useState<{ url?: string; problem?: ReturnType<typeof problemOf> }>({});
  const assetId = run?.outputAssetId;
  useEffect(() => {
    if (!assetId) return setState({});
    background.getAssetUrl(assetId).then(
      (url) => setState({ url }),
      (error: unknown) => setState({ problem: problemOf(error) }),
    );
  }, [assetId]);
  return state;
}
