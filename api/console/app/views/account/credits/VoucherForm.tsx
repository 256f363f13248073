import { useCallback, useState } from 'preact/hooks';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { formatCredits } from '../../../../../ui/texts/formats.ts';
import { usePost } from '../../../data/usePost.ts';
import { fieldProblems } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';
import { refreshBalance } from '../../../shell/balance.ts';
import { PostFailure } from '../parts/PostFailure.tsx';
import { texts } from './texts.ts';

/** Turns a code into credits. */
export function VoucherForm({ onMoved }: { onMoved: () => void }) {
  const [code, setCode] = useState('');
  const send = useCallback(async () => {
    const { credits } = await api.redeemVoucher({ body: { code } });
    setCode('');
    onMoved();
    void refreshBalance();
    showToast({ tone: 'good', text: texts.redeemed(formatCredits(credits)) });
  }, [code, onMoved]);
  const { post, isBusy, error } = usePost(send);
  return (
    <Card title={texts.voucher}>
      <form
        class="account-form"
        onSubmit={(event) => {
          event.preventDefault();
          void post();
        }}
      >
        <Field label={texts.code} error={fieldProblems(error).code} required>
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
            {texts.redeem}
          </Button>
        </div>
      </form>
    </Card>
  );
}
