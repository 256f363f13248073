import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { useCallback, useState } from 'preact/hooks';
import { api } from '../../../session/session.ts';
import { ProofDialog } from '../ProofDialog.tsx';
import type { Proof } from '../readProof.ts';
import type { FactorCardProps } from './factors.ts';
import { texts } from './texts.ts';

/** Few enough to make new ones. */
const few = 3;

/** How many recovery codes are left, and new ones. */
export function RecoveryCard({ factors, onChanged }: FactorCardProps) {
  const left = factors.recoveryCodesLeft;
  const [isAsking, setAsking] = useState(false);
  const renew = useCallback(
    async (proof: Proof) => {
      const { recoveryCodes } = await api.renewRecoveryCodes({ body: proof });
      setAsking(false);
      onChanged(texts.codesTitle, recoveryCodes);
    },
    [onChanged],
  );
  return (
    <Card
      title={texts.recovery}
      aside={<Chip tone={left <= few ? 'warn' : 'plain'}>{texts.left(left)}</Chip>}
    >
      <div class="account-form">
        <p class="account-words">{texts.recoveryWords}</p>
        <div class="account-row">
          <Button onClick={() => setAsking(true)}>{texts.renew}</Button>
        </div>
      </div>
      {isAsking && (
        <ProofDialog
          onClose={() => setAsking(false)}
          title={texts.renewTitle}
          words={texts.renewWords}
          confirmLabel={texts.renew}
          asksFactor
          work={renew}
        />
      )}
    </Card>
  );
}
