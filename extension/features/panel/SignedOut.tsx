import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { LogIn } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../i18n/translate.ts';
import { background, problemOf } from '../messaging/rpcClient.ts';
import type { ShownProblem } from '../runs/problem.ts';
import { parseServerAddress } from '../session/serverAddress.ts';
import { useConnecting, WaitingForYes } from './Connecting.tsx';
import { ProblemLine } from './ProblemLine.tsx';

/** Over the page of a console that connects the extension, one press does it: nothing has to be typed. */
export function SignedOut() {
  const connecting = useConnecting();
  const baseUrl = useConsole();
  const [problem, setProblem] = useState<ShownProblem>();
  const connect = (url: string) =>
    void background.beginConnecting(url).catch((error: unknown) => setProblem(problemOf(error)));
  if (connecting)
    return (
      <main>
        <WaitingForYes connecting={connecting} />
      </main>
    );
  return (
    <main>
      <ProblemLine problem={problem} />
      <EmptyState
        icon={LogIn}
        title={translate('extensionName')}
        action={
          baseUrl === undefined ? (
            <Button look="primary" onClick={() => void browser.runtime.openOptionsPage()}>
              {translate('signIn')}
            </Button>
          ) : (
            <Button look="primary" onClick={() => connect(baseUrl)}>
              {translate('connect')}
            </Button>
          )
        }
      >
        {baseUrl === undefined ? translate('popupSignedOut') : translate('connectTo', baseUrl)}
      </EmptyState>
    </main>
  );
}

/** The server whose page for this the person has before them. Its address is known to a popup, and to no other page. */
function useConsole(): string | undefined {
  const [baseUrl, setBaseUrl] = useState<string>();
  useEffect(() => {
    void browser.tabs.query({ active: true, currentWindow: true }).then(([tab]) => {
      const url = URL.parse(tab?.url ?? '');
      const parsed = url?.pathname.endsWith('/connect') ? parseServerAddress(url.href) : undefined;
      if (parsed && 'baseUrl' in parsed) setBaseUrl(parsed.baseUrl);
    });
  }, []);
  return baseUrl;
}
