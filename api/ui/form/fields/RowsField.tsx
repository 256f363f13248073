import { Plus, X } from 'lucide';
import { Button } from '../../controls/Button.tsx';
import { IconButton } from '../../controls/IconButton.tsx';
import { Field } from '../../fields/Field.tsx';
import { FieldContext } from '../../fields/fieldLink.ts';
import { fitValue, isRow } from '../fitValue.ts';
import { useForm } from '../formContext.ts';
import { readChosen } from '../formDraft.ts';
import type { FieldOf, FormField } from '../formField.ts';
import { endsOf, texts } from '../texts.ts';
import { ChoiceControl } from './ChoiceField.tsx';
import { NumberControl } from './NumberControl.tsx';

/** A list of small records, such as LoRAs with their weights. */
export function RowsField({ field }: { field: FieldOf<'rows'> }) {
  const { form, draft, write, findFault } = useForm();
  const chosen = readChosen(form, draft, field.name);
  const rows = Array.isArray(chosen) ? chosen.filter(isRow) : [];
  const replace = (next: readonly unknown[]) => write(field.name, next.length === 0 ? undefined : next);
  return (
    <Field label={field.title} error={findFault(field.name)} hint={field.description}>
      {/* Each part has its own name; the list has the field's. */}
      <FieldContext.Provider value={undefined}>
        {rows.length > 0 && (
          <ul class="sg-form-rows">
            {rows.map((row, index) => (
              <li key={index} class="sg-form-row">
                <div class="sg-form-row-fields">
                  {field.fields.map((part) => (
                    <RowPart
                      key={part.name}
                      field={part}
                      value={row[part.name]}
                      onChange={(value) => replace(rows.with(index, { ...row, [part.name]: value }))}
                    />
                  ))}
                </div>
                <IconButton
                  icon={X}
                  size="small"
                  label={texts.removeRow}
                  onClick={() => replace(rows.toSpliced(index, 1))}
                />
              </li>
            ))}
          </ul>
        )}
        {rows.length < field.most && (
          <div>
            <Button size="small" icon={Plus} onClick={() => replace([...rows, {}])}>
              {texts.addRow(field.fields[0]?.title ?? field.title)}
            </Button>
          </div>
        )}
      </FieldContext.Provider>
    </Field>
  );
}

interface RowPartProps {
  field: FormField;
  value: unknown;
  onChange(value: unknown): void;
}

/** Rows hold names and numbers. */
function RowPart({ field, value, onChange }: RowPartProps) {
  const fitted = fitValue(field, value);
  if (field.kind === 'choice')
    return (
      <ChoiceControl
        field={field}
        value={typeof fitted === 'string' || typeof fitted === 'number' ? fitted : undefined}
        onChange={onChange}
        label={field.title}
      />
    );
  if (field.kind !== 'number') return null;
  return (
    <NumberControl
      field={field}
      value={typeof fitted === 'number' ? fitted : field.default}
      ends={endsOf(field.name)}
      onChange={onChange}
      label={field.title}
    />
  );
}
