import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { useCallback } from 'preact/hooks';
import { askedPresence } from '../../session/presence.ts';
import { proofApi, signOut } from '../../session/session.ts';
import { ProofDialog } from './ProofDialog.tsx';
import { texts } from './proofTexts.ts';
import type { Proof } from './readProof.ts';
import { hasPassword } from './useProof.ts';

/** Asks the person to show that it is them, where something that they have begun needs it. It then goes on by itself. */
export function PresenceDialog() {
  const asked = askedPresence.value;
  const prove = useCallback(
    async ({ password, ...proof }: Proof) => {
      // A passkey stands for the password, too.
      await proofApi.provePresence({ body: password ? { ...proof, password } : proof });
      asked?.answer(true);
    },
    [asked],
  );
  if (!asked) return null;
  const close = () => asked.answer(false);
  if (hasPassword() || asked.hasFactor)
    return (
      <ProofDialog
        onClose={close}
        title={texts.presenceTitle}
        words={texts.presenceWords}
        confirmLabel={texts.presenceConfirm}
        asksFactor={asked.hasFactor}
        work={prove}
      />
    );
  return (
    <Dialog
      open
      size="small"
      onClose={close}
      title={texts.presenceTitle}
      description={texts.presenceAgain}
      footer={
        <>
          <Button onClick={close}>{texts.cancel}</Button>
          <Button look="primary" onClick={() => void signOut()}>
            {texts.signOut}
          </Button>
        </>
      }
    />
  );
}
