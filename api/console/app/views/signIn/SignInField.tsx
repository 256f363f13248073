import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField, type TextFieldProps } from '@star-graph/ui/fields/TextField.tsx';

interface Props extends Pick<TextFieldProps, 'value' | 'onChange' | 'type' | 'autoComplete' | 'inputMode'> {
  label: string;
  hint?: string;
  error?: string | undefined;
}

/** A labelled line of the sign-in; none of them may stay empty. */
export function SignInField({ label, hint, error, ...input }: Props) {
  return (
    <Field label={label} error={error} required {...(hint === undefined ? {} : { hint })}>
      <TextField {...input} autoCapitalize="none" spellcheck={false} />
    </Field>
  );
}
