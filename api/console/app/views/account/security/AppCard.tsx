import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { useCallback, useState } from 'preact/hooks';
import { api } from '../../../session/session.ts';
import { ProofDialog } from '../ProofDialog.tsx';
import type { Proof } from '../readProof.ts';
import { AppSetup } from './AppSetup.tsx';
import { type FactorCardProps, hasFactor } from './factors.ts';
import { texts } from './texts.ts';

/** The app that shows codes: whether there is one, its setting up and its removal. */
export function AppCard({ factors, onChanged }: FactorCardProps) {
  const [asked, setAsked] = useState<'set-up' | 'remove'>();
  const close = () => setAsked(undefined);
  const remove = useCallback(
    async (proof: Proof) => {
      await api.removeTotp({ body: proof });
      setAsked(undefined);
      onChanged(texts.appRemoved);
    },
    [onChanged],
  );
  return (
    <Card
      title={texts.app}
      aside={<Chip tone={factors.totp ? 'good' : 'plain'}>{factors.totp ? texts.on : texts.off}</Chip>}
    >
      <div class="account-form">
        <p class="account-words">{texts.appWords}</p>
        <div class="account-row">
          {factors.totp ? (
            <Button look="danger" onClick={() => setAsked('remove')}>
              {texts.remove}
            </Button>
          ) : (
            <Button look={hasFactor(factors) ? 'secondary' : 'primary'} onClick={() => setAsked('set-up')}>
              {texts.setUp}
            </Button>
          )}
        </div>
      </div>
      {asked === 'set-up' && (
        <AppSetup
          asksFactor={hasFactor(factors)}
          onClose={close}
          onDone={(codes) => {
            close();
            onChanged(texts.appOn, codes);
          }}
        />
      )}
      {asked === 'remove' && (
        <ProofDialog
          onClose={close}
          title={texts.removeApp}
          words={texts.removeLast}
          confirmLabel={texts.remove}
          danger
          asksFactor
          work={remove}
        />
      )}
    </Card>
  );
}
