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
                  <TriggerWords words={wordsOf(field.fields, row)} />
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

/** What the chosen file of a row answers to. */
const wordsOf = (fields: readonly FormField[], row: Readonly<Record<string, unknown>>): readonly string[] =>
  fields.flatMap((part) =>
    part.kind === 'choice'
      ? (part.options.find(({ value }) => value === row[part.name])?.triggerWords ?? [])
      : [],
  );

/** A press puts one into the prompt, where it can be seen and changed; those that are there are left out. */
function TriggerWords({ words }: { words: readonly string[] }) {
  const { form, draft, write } = useForm();
  const prompt = String(readChosen(form, draft, 'prompt') ?? '');
  const takesWords = form.fields.some(({ name }) => name === 'prompt');
  const missing = words.filter((word) => !prompt.toLowerCase().includes(word.toLowerCase()));
  if (!takesWords || missing.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of the form
    <div class="sg-form-words" role="group" aria-label={texts.triggerWords}>
      {missing.map((word) => (
        <Button
          key={word}
          size="small"
          icon={Plus}
          title={texts.addWord(word)}
          onClick={() => write('prompt', prompt.trim() === '' ? word : `${prompt.trimEnd()}, ${word}`)}
        >
          {word}
        </Button>
      ))}
    </div>
  );
}
