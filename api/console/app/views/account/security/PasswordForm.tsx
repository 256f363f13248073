import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useCallback, useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { api } from '../../../session/session.ts';
import { ProofFields } from '../ProofFields.tsx';
import type { Proof } from '../readProof.ts';
import { useProof } from '../useProof.ts';
import { texts } from './texts.ts';

/** Changes the password. */
export function PasswordForm() {
  const [newPassword, setNewPassword] = useState('');
  const change = useCallback(
    async ({ password = '', ...proof }: Proof) => {
      await api.changePassword({ body: { password, newPassword, ...proof } });
      setNewPassword('');
      showToast({ tone: 'good', text: texts.passwordChanged });
    },
    [newPassword],
  );
  const form = useProof(change);
  return (
    <Card title={texts.password}>
      <PostForm
        posting={form}
        onSubmit={form.send}
        submit={texts.changePassword}
        fields={['password', 'newPassword', 'proof']}
        look="secondary"
        disabled={form.isMissing || newPassword === ''}
      >
        <div class="account-pair">
          <ProofFields form={form} passwordLabel={texts.oldPassword} />
          <Field
            label={texts.newPassword}
            hint={texts.newHint}
            error={fieldProblems(form.error).newPassword}
            required
          >
            <TextField
              type="password"
              autoComplete="new-password"
              value={newPassword}
              disabled={form.isBusy}
              onChange={setNewPassword}
            />
          </Field>
        </div>
      </PostForm>
    </Card>
  );
}
