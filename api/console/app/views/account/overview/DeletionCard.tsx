import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { useCallback, useState } from 'preact/hooks';
import { api, endSession } from '../../../session/session.ts';
import { ProofDialog } from '../ProofDialog.tsx';
import type { Proof } from '../readProof.ts';
import { hasPassword } from '../useProof.ts';
import { texts } from './texts.ts';

/** Deletes the account, after the question and a proof. An account without a password has signed in just now. */
export function DeletionCard() {
  const [isAsking, setAsking] = useState(false);
  const remove = useCallback(async (proof: Proof) => {
    await api.deleteAccount({ body: proof });
    endSession();
  }, []);
  return (
    <Card title={texts.deletion}>
      <div class="account-form">
        <p class="account-words">{texts.deletionWords}</p>
        <div class="account-row">
          <Button look="danger" onClick={() => setAsking(true)}>
            {texts.deletionStart}
          </Button>
        </div>
      </div>
      {isAsking && (
        <ProofDialog
          onClose={() => setAsking(false)}
          title={texts.deletionTitle}
          words={
            <>
              {texts.deletionAsk} {!hasPassword() && texts.deletionRecent}
            </>
          }
          confirmLabel={texts.deleteAccount}
          danger
          asksFactor={false}
          work={remove}
        />
      )}
    </Card>
  );
}
