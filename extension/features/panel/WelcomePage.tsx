import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { formatNumber } from '@star-graph/ui/texts/formats';
import { Check } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../i18n/translate.ts';
import { PriceQuestion } from '../../ui/PriceQuestion.tsx';
import { getAssetUrl, problemOf } from '../messaging/rpcClient.ts';
import { describeState } from '../runs/describeState.ts';
import { isEnded, isPriceAsked } from '../runs/run.ts';
import { GuideLink } from './GuideLink.tsx';
import { ProblemLine } from './ProblemLine.tsx';
import { ShortcutLine } from './ShortcutLine.tsx';
import { SignInForm } from './SignInForm.tsx';
import { useAccount } from './useBackground.ts';
import { type FileRun, useFileRun } from './useFileRun.ts';

/** Opens once, after the installation: sign in, a first picture, and how to use it on pages. */
export function WelcomePage() {
  const account = useAccount();
  const [isMade, setMade] = useState(false);
  return (
    <main>
      <header>
        <h1>{translate('welcomeTitle')}</h1>
        <p class="sg-quiet">{translate('extensionDescription')}</p>
      </header>
      <ol class="steps">
        <Step number={1} title={translate('welcomeServer')} isDone={Boolean(account)}>
          {account === null && <SignInForm />}
          {account && (
            <p data-testid="account">
              {translate('signedInAs', account.user.username ?? translate('discordAccount'), account.baseUrl)}
            </p>
          )}
        </Step>
        <Step number={2} title={translate('welcomePicture')} isDone={isMade}>
          <FirstPicture isSignedIn={Boolean(account)} onMade={() => setMade(true)} />
        </Step>
        <Step number={3} title={translate('welcomePages')}>
          <p>{translate('welcomeMenu')}</p>
          <ShortcutLine />
          <div class="row">
            <Button onClick={() => void browser.runtime.openOptionsPage()}>{translate('openOptions')}</Button>
            {account && <GuideLink account={account} />}
          </div>
        </Step>
      </ol>
    </main>
  );
}

interface StepProps {
  number: number;
  title: string;
  isDone?: boolean;
  children: ComponentChildren;
}

const Step = ({ number, title, isDone, children }: StepProps) => (
  <li class="step">
    <span class={isDone ? 'step-mark done' : 'step-mark'} aria-hidden="true">
      {isDone ? <Icon icon={Check} /> : formatNumber(number)}
    </span>
    <Card title={title}>{children}</Card>
  </li>
);

const sample = '/sample/cat.jpg';

/** A picture of ours to try it on; the result takes its place, as it does on pages. */
function FirstPicture({ isSignedIn, onMade }: { isSignedIn: boolean; onMade(): void }) {
  const files = useFileRun();
  const { run, start } = files;
  const { url, problem } = useResultUrl(files);
  useEffect(() => {
    if (url) onMade();
  }, [url]);
  const isBusy = run !== undefined && !isEnded(run);
  const press = async () => {
    const bytes = await (await fetch(sample)).blob();
    await start(new File([bytes], 'cat.jpg', { type: 'image/jpeg' }), 'upscale4');
  };
  return (
    <div class="first-picture" data-testid="first-picture">
      <div class="sample">
        <img src={url ?? sample} alt={translate('welcomeSample')} />
        {isBusy && (
          <span class="sample-ring sg-dark">
            <Ring size={48} />
          </span>
        )}
      </div>
      {run && !url && <p role="status">{describeState(run)}</p>}
      {run && isPriceAsked(run) && <PriceQuestion run={run} onAnswer={files.answerPrice} />}
      <ProblemLine problem={files.problem ?? run?.problem ?? problem} />
      {!url && (
        <div class="row">
          <Button
            look={isSignedIn ? 'primary' : 'secondary'}
            disabled={!isSignedIn || isBusy}
            onClick={() => void press()}
          >
            {translate('upscale4')}
          </Button>
          {!isSignedIn && <span class="sg-quiet sg-small">{translate('popupSignedOut')}</span>}
        </div>
      )}
    </div>
  );
}

function useResultUrl({ run }: FileRun) {
  const [state, setState] = useState<{ url?: string; problem?: ReturnType<typeof problemOf> }>({});
  const assetId = run?.outputAssetId;
  useEffect(() => {
    if (!assetId) return setState({});
    getAssetUrl(assetId).then(
      (url) => setState({ url }),
      (error: unknown) => setState({ problem: problemOf(error) }),
    );
  }, [assetId]);
  return state;
}
