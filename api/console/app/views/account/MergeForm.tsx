import type { LinkPreview } from '@star-graph/contract/users/links';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useState } from 'preact/hooks';
import { PostForm } from '../../data/PostForm.tsx';
import { fieldProblems } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { api, mergeByCode } from '../../session/session.ts';
import { refreshBalance } from '../../shell/balance.ts';
import { texts } from './codeTexts.ts';
import { sayTarget } from './sayIdentity.ts';

/** Makes one account of two, for somebody who began in Discord and here. */
export function MergeForm() {
  const [code, setCode] = useState('');
  const [target, setTarget] = useState<LinkPreview>();
  const merging = usePost(async () => {
    setTarget(undefined);
    await mergeByCode(code.trim());
    setCode('');
    void refreshBalance();
    showToast({ tone: 'good', text: texts.merged });
  });
  // Whoever typed a stranger's code sees whose it is before anything happens.
  const posting = usePost(async () => setTarget(await api.previewLink({ body: { code: code.trim() } })));
  const error = posting.error ?? merging.error;
  return (
    <Card title={texts.merge}>
      <PostForm
        posting={{ isBusy: posting.isBusy || merging.isBusy, error }}
        onSubmit={() => void posting.post()}
        submit={texts.mergeNow}
        fields={['code']}
        look="secondary"
        disabled={code.trim() === ''}
      >
        <p class="account-words">{texts.mergeWords}</p>
        <Field label={texts.otherCode} error={fieldProblems(error).code} required>
          <TextField
            value={code}
            maxLength={64}
            autoComplete="off"
            autoCapitalize="characters"
            spellcheck={false}
            disabled={posting.isBusy || merging.isBusy}
            onChange={setCode}
          />
        </Field>
      </PostForm>
      <ConfirmDialog
        open={target !== undefined}
        onClose={() => setTarget(undefined)}
        onConfirm={() => void merging.post()}
        title={texts.mergeTitle(target ? sayTarget(target) : '')}
        confirmLabel={texts.mergeNow}
        danger
      >
        {texts.mergeAsk}
      </ConfirmDialog>
    </Card>
  );
}
