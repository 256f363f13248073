import { Switch } from '../../controls/Switch.tsx';
import { Field } from '../../fields/Field.tsx';
import { TextArea } from '../../fields/TextArea.tsx';
import { TextField } from '../../fields/TextField.tsx';
import { useForm } from '../formContext.ts';
import { readValue } from '../formDraft.ts';
import type { FieldOf, FormField } from '../formField.ts';
import { endsOf } from '../texts.ts';
import { AssetField } from './AssetField.tsx';
import { ChoiceField } from './ChoiceField.tsx';
import { MaskField } from './MaskField.tsx';
import { NumberControl } from './NumberControl.tsx';
import { RowsField } from './RowsField.tsx';
import { SeedField } from './SeedField.tsx';
import { SidesField } from './SidesField.tsx';
import { SizeField } from './SizeField.tsx';

/** One control of a form, by its kind. */
export function FieldView({ field }: { field: FormField }) {
  switch (field.kind) {
    case 'text':
      return <TextView field={field} />;
    case 'number':
      return <NumberView field={field} />;
    case 'switch':
      return <SwitchView field={field} />;
    case 'choice':
      return <ChoiceField field={field} />;
    case 'size':
      return <SizeField field={field} />;
    case 'sides':
      return <SidesField field={field} />;
    case 'seed':
      return <SeedField field={field} />;
    case 'rows':
      return <RowsField field={field} />;
    case 'asset':
      return <AssetField field={field} />;
    case 'mask':
      return <MaskField field={field} />;
  }
}

function TextView({ field }: { field: FieldOf<'text'> }) {
  const { form, draft, write, findFault } = useForm();
  const value = String(readValue(form, draft, field) ?? '');
  const { maxLength } = field;
  const left = maxLength === undefined ? undefined : maxLength - [...value].length;
  const shared = {
    name: field.name,
    value,
    placeholder: field.default || field.description || '',
    onChange: (text: string) => write(field.name, text),
  };
  return (
    <Field
      label={field.title}
      required={field.isRequired}
      error={findFault(field.name)}
      aside={left !== undefined && left < 200 ? left : undefined}
    >
      {field.isMultiline ? (
        <TextArea {...shared} minRows={field.isEssential ? 4 : 2} />
      ) : (
        <TextField {...shared} />
      )}
    </Field>
  );
}

function NumberView({ field }: { field: FieldOf<'number'> }) {
  const { form, draft, write, findFault } = useForm();
  const value = readValue(form, draft, field);
  const number = typeof value === 'number' ? value : undefined;
  const ends = endsOf(field.name);
  const error = findFault(field.name);
  return (
    <Field
      label={field.title}
      required={field.isRequired}
      error={error}
      hint={ends ? undefined : field.description}
    >
      <NumberControl field={field} value={number} ends={ends} onChange={(next) => write(field.name, next)} />
    </Field>
  );
}

function SwitchView({ field }: { field: FieldOf<'switch'> }) {
  const { form, draft, write } = useForm();
  return (
    <Switch
      spread
      label={field.title}
      hint={field.description}
      checked={readValue(form, draft, field) === true}
      onChange={(checked) => write(field.name, checked)}
    />
  );
}
