import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { LogIn } from 'lucide';
import { browser } from 'wxt/browser';
import { translate } from '../../i18n/translate.ts';

export const SignedOut = () => (
  <main>
    <EmptyState
      icon={LogIn}
      title={translate('extensionName')}
      action={
        <Button look="primary" onClick={() => void browser.runtime.openOptionsPage()}>
          {translate('signIn')}
        </Button>
      }
    >
      {translate('popupSignedOut')}
    </EmptyState>
  </main>
);
