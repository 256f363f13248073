import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';

const texts = defineTexts({
  label: { en: 'Daily spending limit', 'zh-CN': '每天最多可用' },
  hint: { en: 'Leave empty for no limit.', 'zh-CN': '留空则不限。' },
  credits: { en: 'credits', 'zh-CN': '积分' },
});

interface Props {
  /** Credits; undefined: no limit. */
  value: number | undefined;
  disabled: boolean;
  onChange(credits: number | undefined): void;
}

/** What somebody else's program may spend of the person's credits in a day. */
export const DailyLimitField = ({ value, disabled, onChange }: Props) => (
  <Field label={texts.label} hint={texts.hint}>
    <NumberField
      value={value}
      min={1}
      max={1_000_000_000}
      unit={texts.credits}
      disabled={disabled}
      onChange={onChange}
    />
  </Field>
);
