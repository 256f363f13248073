import { Field } from '../../../../../ui/fields/Field.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { texts } from './texts.ts';

interface Props {
  code: string;
  error: string | undefined;
  isBusy: boolean;
  onChange(code: string): void;
}

/** Shown once the server has asked for the second factor. */
export const FactorField = ({ code, error, isBusy, onChange }: Props) => (
  <Field label={texts.factorCode} hint={texts.factorHint} error={error} required>
    <TextField
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellcheck={false}
      value={code}
      disabled={isBusy}
      onChange={onChange}
    />
  </Field>
);
