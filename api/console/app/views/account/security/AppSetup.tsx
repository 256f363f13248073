import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { useCallback, useId, useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { ProofDialog } from '../ProofDialog.tsx';
import { QrCode } from '../QrCode.tsx';
import type { Proof } from '../readProof.ts';
import { SecretField } from '../SecretField.tsx';
import { texts } from './texts.ts';

interface Props {
  asksFactor: boolean;
  onClose(): void;
  onDone(recoveryCodes: readonly string[]): void;
}

/** First who it is, then the secret and a code of it: until then nothing has changed. */
export function AppSetup({ asksFactor, onClose, onDone }: Props) {
  const [started, setStarted] = useState<{ secret: string; uri: string }>();
  const start = useCallback(async (proof: Proof) => setStarted(await api.startTotp({ body: proof })), []);
  if (started) return <AppConfirmation {...started} onClose={onClose} onDone={onDone} />;
  return (
    <ProofDialog
      onClose={onClose}
      title={texts.setUp}
      words={texts.whoAreYou}
      confirmLabel={texts.next}
      asksFactor={asksFactor}
      work={start}
    />
  );
}

function AppConfirmation(props: Omit<Props, 'asksFactor'> & { secret: string; uri: string }) {
  const { secret, uri, onClose, onDone } = props;
  const [code, setCode] = useState('');
  const id = useId();
  const { post, isBusy, error } = usePost(async () => {
    const { recoveryCodes } = await api.confirmTotp({ body: { code } });
    onDone(recoveryCodes);
  });
  return (
    <Dialog
      open
      persistent
      size="small"
      onClose={onClose}
      title={texts.setUp}
      description={texts.scan}
      footer={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" form={id} look="primary" busy={isBusy} disabled={code.trim() === ''}>
            {texts.turnOn}
          </Button>
        </>
      }
    >
      <form
        id={id}
        class="account-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void post();
        }}
      >
        <QrCode text={uri} label={texts.qr} />
        <SecretField label={texts.secret} value={spaceOut(secret)} hint={texts.secretHint} />
        <Field label={texts.code} error={fieldProblems(error).code} required>
          <TextField
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            disabled={isBusy}
            onChange={setCode}
          />
        </Field>
        <PostFailure error={error} fields={['code']} />
      </form>
    </Dialog>
  );
}

/** In fours, as apps show it and as it is typed; they take it with the spaces. */
const spaceOut = (secret: string): string => secret.replaceAll(/(.{4})(?=.)/g, '$1 ');
