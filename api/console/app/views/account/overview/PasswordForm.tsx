import { useCallback, useState } from 'preact/hooks';
import { ClientProblem } from '../../../../../client/clientProblem.ts';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Card } from '../../../../../ui/layout/Card.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { usePost } from '../../../data/usePost.ts';
import { fieldProblems } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';
import { FactorField } from './FactorField.tsx';
import { readProof } from './readProof.ts';
import { texts } from './texts.ts';

/** Changes the password; whoever has a second factor is asked for its code. */
export function PasswordForm() {
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const send = useCallback(async () => {
    try {
      await api.changePassword({ body: { password, newPassword, ...readProof(code) } });
    } catch (error) {
      if (error instanceof ClientProblem && error.code === 'second-factor-needed') setNeedsCode(true);
      throw error;
    }
    setPassword('');
    setNewPassword('');
    setCode('');
    showToast({ tone: 'good', text: texts.passwordChanged });
  }, [password, newPassword, code]);
  const posting = usePost(send);
  const problems = fieldProblems(posting.error);
  return (
    <Card title={texts.password}>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.changePassword}
        fields={['password', 'newPassword', 'proof']}
        look="secondary"
        disabled={password === '' || newPassword === ''}
      >
        <div class="account-pair">
          <Field label={texts.oldPassword} error={problems.password} required>
            <TextField
              type="password"
              autoComplete="current-password"
              value={password}
              disabled={posting.isBusy}
              onChange={setPassword}
            />
          </Field>
          <Field label={texts.newPassword} hint={texts.newHint} error={problems.newPassword} required>
            <TextField
              type="password"
              autoComplete="new-password"
              value={newPassword}
              disabled={posting.isBusy}
              onChange={setNewPassword}
            />
          </Field>
        </div>
        {needsCode && (
          <FactorField code={code} error={problems.proof} isBusy={posting.isBusy} onChange={setCode} />
        )}
      </PostForm>
    </Card>
  );
}
