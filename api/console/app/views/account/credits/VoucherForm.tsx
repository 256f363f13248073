import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatCredits } from '@star-graph/ui/texts/formats';
import { useCallback, useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { refreshBalance } from '../../../shell/balance.ts';
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
  const posting = usePost(send);
  return (
    <Card title={texts.voucher}>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.redeem}
        fields={['code']}
        look="secondary"
        disabled={code.trim() === ''}
      >
        <Field label={texts.code} error={fieldProblems(posting.error).code} required>
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
    </Card>
  );
}
