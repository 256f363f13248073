import { useCallback, useState } from 'preact/hooks';
import { ClientProblem } from '../../../../../client/clientProblem.ts';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { ConfirmDialog } from '../../../../../ui/overlays/Dialog.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { usePost } from '../../../data/usePost.ts';
import { fieldProblems } from '../../../problems/problemText.ts';
import { api, endSession } from '../../../session/session.ts';
import { FactorField } from './FactorField.tsx';
import { readProof } from './readProof.ts';
import { texts } from './texts.ts';

/** Deletes the account, after its password and a question. An account without a password has signed in just now. */
export function DeletionForm({ hasPassword }: { hasPassword: boolean }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const send = useCallback(async () => {
    setAsking(false);
    try {
      await api.deleteAccount({ body: { ...(hasPassword && { password }), ...readProof(code) } });
    } catch (error) {
      if (error instanceof ClientProblem && error.code === 'second-factor-needed') setNeedsCode(true);
      throw error;
    }
    endSession();
  }, [hasPassword, password, code]);
  const posting = usePost(send);
  const problems = fieldProblems(posting.error);
  return (
    <Card title={texts.deletion}>
      <PostForm
        posting={posting}
        onSubmit={() => setAsking(true)}
        submit={texts.deleteAccount}
        fields={['password', 'proof']}
        look="danger"
        disabled={hasPassword && password === ''}
      >
        <p class="account-words">{texts.deletionWords}</p>
        {!hasPassword && <p class="account-words">{texts.deletionRecent}</p>}
        {hasPassword && (
          <Field label={texts.deletionPassword} error={problems.password} required>
            <TextField
              type="password"
              autoComplete="current-password"
              value={password}
              disabled={posting.isBusy}
              onChange={setPassword}
            />
          </Field>
        )}
        {needsCode && (
          <FactorField code={code} error={problems.proof} isBusy={posting.isBusy} onChange={setCode} />
        )}
      </PostForm>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void posting.post()}
        title={texts.deletionTitle}
        confirmLabel={texts.deleteAccount}
        danger
      >
        {texts.deletionAsk}
      </ConfirmDialog>
    </Card>
  );
}
