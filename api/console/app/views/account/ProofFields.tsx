import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { fieldProblems } from '../../data/problemText.ts';
import { FactorField } from './FactorField.tsx';
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
