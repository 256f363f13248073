import { numberOf } from '@star-graph/client/ownCode';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useEffect, useState } from 'preact/hooks';
import { translate } from '../../i18n/translate.ts';
import { type Connecting, connectingItem } from '../session/storedAccount.ts';

export function useConnecting(): Connecting | null {
  const [connecting, setConnecting] = useState<Connecting | null>(null);
  useEffect(() => {
    void connectingItem.getValue().then(setConnecting);
    return connectingItem.watch(setConnecting);
  }, []);
  return connecting;
}

/** The console shows the same number. */
export const WaitingForYes = ({ connecting: { challenge, baseUrl } }: { connecting: Connecting }) => (
  <div class="connecting">
    <p role="status">{translate('connecting', baseUrl)}</p>
    <p class="connect-number" data-testid="connect-number">
      {numberOf(challenge)}
    </p>
    <Button onClick={() => void connectingItem.removeValue()}>{translate('cancel')}</Button>
  </div>
);

/** The main way in: nothing is typed, and the person answers where they are signed in. */
export const ConnectButton = ({ isBusy, onPress }: { isBusy: boolean; onPress(): void }) => (
  <>
    <Button look="primary" busy={isBusy} onClick={onPress}>
      {translate('connect')}
    </Button>
    <p class="sg-quiet sg-small">{translate('connectHint')}</p>
  </>
);
