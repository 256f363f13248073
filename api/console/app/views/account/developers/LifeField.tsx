import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { keyTexts as texts } from './keyTexts.ts';

const lives = ['never', '30', '90', '365'] as const;
export type Life = (typeof lives)[number];

/** How long a new key works, as a request says it. */
export const readLife = (life: Life): { expiresInDays?: number } =>
  life === 'never' ? {} : { expiresInDays: Number(life) };

export const LifeField = ({ value, onChange }: { value: Life; onChange(life: Life): void }) => (
  <Field label={texts.ends}>
    <Select
      options={lives.map((life) => ({
        value: life,
        label: life === 'never' ? texts.never : texts.days(Number(life)),
      }))}
      value={value}
      onChange={onChange}
    />
  </Field>
);
