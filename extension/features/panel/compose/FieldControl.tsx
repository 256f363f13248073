import { translate } from '../../../i18n/translate.ts';
import type { FormField } from './formFields.ts';

interface FieldControlProps {
  field: FormField;
  text: string;
  onText(text: string): void;
}

export function FieldControl({ field, text, onText }: FieldControlProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: Control is one
    <label>
      <span>{field.title}</span>
      <Control field={field} text={text} onText={onText} />
      {field.description && <span class="faint small">{field.description}</span>}
    </label>
  );
}

function Control({ field, text, onText }: FieldControlProps) {
  const shared = { name: field.name, value: text, required: field.isRequired };
  if (field.kind === 'choice')
    return (
      <select {...shared} onChange={(event) => onText(event.currentTarget.value)}>
        {!field.isRequired && field.default === undefined && <option value="" />}
        {field.options.map((option) => (
          <option
            key={option}
            value={option}
            disabled={field.unavailable?.[option] !== undefined}
            title={field.unavailable?.[option]}
          >
            {describeOption(field, option)}
          </option>
        ))}
      </select>
    );
  if (field.kind === 'number')
    return (
      <input
        {...shared}
        type="number"
        min={field.minimum}
        max={field.maximum}
        step={field.step}
        placeholder={field.isSeed ? translate('random') : ''}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    );
  const Tag = field.isMultiline ? 'textarea' : 'input';
  return (
    <Tag
      {...shared}
      maxLength={field.maxLength}
      onInput={(event: Event) =>
        onText((event.currentTarget as HTMLInputElement | HTMLTextAreaElement).value)
      }
    />
  );
}

function describeOption(
  { names, unavailable }: Extract<FormField, { kind: 'choice' }>,
  option: string | number,
): string {
  const name = names[option] ?? String(option);
  const reason = unavailable?.[option];
  return reason ? `${translate('labelled', name)}${reason}` : name;
}
