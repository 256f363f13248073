import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Fingerprint } from 'lucide';
import { fieldProblems } from '../../data/problemText.ts';
import { knowsPasskeys } from '../../session/passkey.ts';
import { texts } from './proofTexts.ts';
import { hasPassword, type ProofForm } from './useProof.ts';

interface Props {
  form: ProofForm;
  /** Where it is not plain which one is meant. */
  passwordLabel?: string;
}

/** Password and second factor, as far as the person has them. */
export const ProofFields = ({ form, passwordLabel }: Props) => (
  <>
    {hasPassword() && (
      <Field label={passwordLabel ?? texts.password} error={fieldProblems(form.error).password} required>
        <TextField
          type="password"
          autoComplete="current-password"
          value={form.password}
          disabled={form.isBusy}
          onChange={form.setPassword}
        />
      </Field>
    )}
    {form.asksCode && <FactorField form={form} />}
  </>
);

/** The second factor: a code is typed, a passkey is pressed and sends at once. */
const FactorField = ({ form }: { form: ProofForm }) => (
  <div class="account-form">
    <Field label={texts.code} hint={texts.codeHint} error={fieldProblems(form.error).proof} required>
      <TextField
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellcheck={false}
        value={form.code}
        disabled={form.isBusy}
        onChange={form.setCode}
      />
    </Field>
    {knowsPasskeys() && (
      <div class="account-row">
        <Button size="small" icon={Fingerprint} disabled={form.isBusy} onClick={form.sendByPasskey}>
          {texts.usePasskey}
        </Button>
      </div>
    )}
  </div>
);
