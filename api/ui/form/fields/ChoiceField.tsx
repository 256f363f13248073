import { Segmented } from '../../controls/Segmented.tsx';
import type { ComboboxProps } from '../../fields/Combobox.tsx';
import { Field } from '../../fields/Field.tsx';
import { Select } from '../../fields/Select.tsx';
import { TextField } from '../../fields/TextField.tsx';
import { loadPart } from '../../loadPart.tsx';
import { useForm } from '../formContext.ts';
import { readValue } from '../formDraft.ts';
import type { Choice, FieldOf } from '../formField.ts';
import { texts } from '../texts.ts';
import { toOption } from './modelOption.tsx';

/** Long lists are rare, and the search through them is large. */
const Combobox = loadPart<ComboboxProps<string>>(
  async () => (await import('../../fields/Combobox.tsx')).Combobox,
);

type Value = string | number;

export function ChoiceField({ field }: { field: FieldOf<'choice'> }) {
  const { form, draft, write, findFault } = useForm();
  const value = readValue(form, draft, field);
  return (
    <Field
      label={field.title}
      required={field.isRequired}
      error={findFault(field.name)}
      hint={field.isModel ? undefined : field.description}
    >
      <ChoiceControl
        field={field}
        value={typeof value === 'string' || typeof value === 'number' ? value : undefined}
        onChange={(chosen) => write(field.name, chosen)}
      />
    </Field>
  );
}

interface ChoiceControlProps {
  field: FieldOf<'choice'>;
  value: Value | undefined;
  onChange(value: Value | undefined): void;
  label?: string;
}

/** What nobody needs to choose can be left open again. */
const unset: Choice = {
  value: '',
  get label() {
    return texts.auto;
  },
};

/** A few short ones are all seen; more are a list, and a long list is searched. */
const mostSeen = 4;
const mostListed = 10;
const mostSeenCharacters = 28;

export function ChoiceControl({ field, value, onChange, label }: ChoiceControlProps) {
  const options = field.isRequired || field.default !== undefined ? field.options : [unset, ...field.options];
  const find = (text: string) => field.options.find((option) => String(option.value) === text)?.value;
  if (field.isOpen)
    return (
      <TextField
        label={label}
        value={value === undefined ? '' : String(value)}
        placeholder={String(field.default ?? '')}
        onChange={(text) => onChange(text === '' ? undefined : text)}
      />
    );
  const characters = options.map((option) => option.label).join('').length;
  if (!field.isModel && options.length <= mostSeen && characters <= mostSeenCharacters)
    return (
      <Segmented
        label={label}
        options={options.map((option) => ({ value: String(option.value), label: option.label }))}
        value={String(value ?? '')}
        onChange={(text) => onChange(find(text))}
      />
    );
  const shared = {
    label,
    options: options.map((option) => toOption(option, field.isModel || option.isFile === true)),
    value: String(value ?? ''),
  };
  if (options.length > mostListed)
    return (
      <Combobox
        {...shared}
        placeholder={texts.usual}
        onChange={(text) => onChange(text === undefined ? undefined : find(text))}
      />
    );
  return <Select {...shared} placeholder={texts.usual} onChange={(text) => onChange(find(text))} />;
}
