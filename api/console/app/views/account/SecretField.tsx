import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Copy } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { copyText } from './copyText.ts';

const texts = defineTexts({ copy: { en: 'Copy', 'zh-CN': '复制' } });

interface Props {
  label: string;
  value: string;
  hint: ComponentChildren;
}

/** What is shown once, to be copied. */
export function SecretField({ label, value, hint }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const copy = () => copyText(value, () => input.current?.select());
  return (
    <Field class="account-secret" label={label} hint={hint}>
      <TextField
        readOnly
        inputRef={input}
        value={value}
        onChange={() => {}}
        onFocus={(event) => event.currentTarget.select()}
        end={<IconButton icon={Copy} size="small" label={texts.copy} onClick={() => void copy()} />}
      />
    </Field>
  );
}
