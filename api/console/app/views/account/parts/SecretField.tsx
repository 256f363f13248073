import { Copy } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { IconButton } from '../../../../../ui/controls/IconButton.tsx';
import { Field } from '../../../../../ui/fields/Field.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

const texts = defineTexts({
  copy: { en: 'Copy', 'zh-CN': '复制' },
  copied: { en: 'Copied', 'zh-CN': '已复制' },
  byHand: {
    en: 'This browser does not copy here. The text is selected: copy it with the keyboard.',
    'zh-CN': '此浏览器无法在这里复制。文本已选中，请使用键盘复制。',
  },
});

interface Props {
  label: string;
  value: string;
  hint: ComponentChildren;
}

/** What is shown once, to be copied. */
export function SecretField({ label, value, hint }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const copy = async () => {
    input.current?.select();
    try {
      await navigator.clipboard.writeText(value);
      showToast({ tone: 'good', text: texts.copied });
    } catch {
      // Pages over plain HTTP have no clipboard, and a person may have refused it.
      input.current?.select();
      showToast({ text: texts.byHand });
    }
  };
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
