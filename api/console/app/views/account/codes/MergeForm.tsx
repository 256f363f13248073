import { useCallback, useState } from 'preact/hooks';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { ConfirmDialog } from '../../../../../ui/overlays/Dialog.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { usePost } from '../../../data/usePost.ts';
import { fieldProblems } from '../../../problems/problemText.ts';
import { mergeByCode } from '../../../session/session.ts';
import { refreshBalance } from '../../../shell/balance.ts';
import { PostFailure } from '../parts/PostFailure.tsx';
import { texts } from './texts.ts';

/** Makes one account of two, for somebody who began in Discord and here. */
export function MergeForm() {
  const [code, setCode] = useState('');
  const [isAsking, setAsking] = useState(false);
  const send = useCallback(async () => {
    setAsking(false);
    await mergeByCode(code.trim());
    setCode('');
    void refreshBalance();
    showToast({ tone: 'good', text: texts.merged });
  }, [code]);
  const { post, isBusy, error } = usePost(send);
  return (
    <Card title={texts.merge}>
      <form
        class="account-form"
        onSubmit={(event) => {
          event.preventDefault();
          setAsking(true);
        }}
      >
        <p class="account-words">{texts.mergeWords}</p>
        <Field label={texts.otherCode} error={fieldProblems(error).code} required>
          <TextField
            value={code}
            maxLength={64}
            autoComplete="off"
            autoCapitalize="characters"
            spellcheck={false}
            disabled={isBusy}
            onChange={setCode}
          />
        </Field>
        <PostFailure error={error} fields={['code']} />
        <div class="account-row">
          <Button type="submit" busy={isBusy} disabled={code.trim() === ''}>
            {texts.mergeNow}
          </Button>
        </div>
      </form>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void post()}
        title={texts.mergeTitle}
        confirmLabel={texts.mergeNow}
        danger
      >
        {texts.mergeAsk}
      </ConfirmDialog>
    </Card>
  );
}
