import { useCallback, useState } from 'preact/hooks';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { ConfirmDialog } from '../../../../../ui/overlays/Dialog.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { usePost } from '../../../data/usePost.ts';
import { fieldProblems } from '../../../problems/problemText.ts';
import { mergeByCode } from '../../../session/session.ts';
import { refreshBalance } from '../../../shell/balance.ts';
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
  const posting = usePost(send);
  return (
    <Card title={texts.merge}>
      <PostForm
        posting={posting}
        onSubmit={() => setAsking(true)}
        submit={texts.mergeNow}
        fields={['code']}
        look="secondary"
        disabled={code.trim() === ''}
      >
        <p class="account-words">{texts.mergeWords}</p>
        <Field label={texts.otherCode} error={fieldProblems(posting.error).code} required>
          <TextField
            value={code}
            maxLength={64}
            autoComplete="off"
            autoCapitalize="characters"
            spellcheck={false}
            disabled={posting.isBusy}
            onChange={setCode}
          />
        </Field>
      </PostForm>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void posting.post()}
        title={texts.mergeTitle}
        confirmLabel={texts.mergeNow}
        danger
      >
        {texts.mergeAsk}
      </ConfirmDialog>
    </Card>
  );
}
