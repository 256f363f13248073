import { translate } from '../../../i18n/translate.ts';
import { FileControl } from './FileControl.tsx';
import { type FormField, type Row, readRows, writeRows } from './formFields.ts';

interface ControlProps<Field> {
  field: Field;
  text: string;
  onText(text: string): void;
}
type FieldControlProps = ControlProps<FormField>;
type FieldOf<Kind> = Extract<FormField, { kind: Kind }>;
type SimpleField = FieldOf<'text' | 'choice' | 'number'>;

export function FieldControl({ field, ...rest }: FieldControlProps) {
  switch (field.kind) {
    case 'toggle':
      return <ToggleControl field={field} {...rest} />;
    case 'file':
      return <FileControl field={field} {...rest} />;
    case 'list':
      return <ListControl field={field} {...rest} />;
    default:
      return <SimpleControl field={field} {...rest} />;
  }
}

function ToggleControl({ field, text, onText }: ControlProps<FieldOf<'toggle'>>) {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={field.name}
        checked={text === 'true'}
        onChange={(event) => onText(String(event.currentTarget.checked))}
      />
      <span>
        {field.title}
        {field.description && <span class="faint small"> {field.description}</span>}
      </span>
    </label>
  );
}

/** Entries one below the other, each with its fields. */
function ListControl({ field, text, onText }: ControlProps<FieldOf<'list'>>) {
  const rows = readRows(text);
  const change = (index: number, name: string, value: string) =>
    onText(writeRows(rows.map((row, at) => (at === index ? { ...row, [name]: value } : row))));
  const added: Row = Object.fromEntries(field.items.map((item) => [item.name, String(item.default ?? '')]));
  return (
    <fieldset name={field.name}>
      <legend>{field.title}</legend>
      {field.description && <p class="faint small">{field.description}</p>}
      {rows.map((row, index) => (
        <div key={index}>
          {field.items.map((item) => (
            <FieldControl
              key={item.name}
              field={{ ...item, name: `${field.name}.${index}.${item.name}` }}
              text={row[item.name] ?? ''}
              onText={(value) => change(index, item.name, value)}
            />
          ))}
          <button type="button" onClick={() => onText(writeRows(rows.toSpliced(index, 1)))}>
            {translate('entryRemove')}
          </button>
        </div>
      ))}
      <button
        type="button"
        disabled={rows.length >= field.maxItems}
        onClick={() => onText(writeRows([...rows, added]))}
      >
        {translate('entryAdd')}
      </button>
    </fieldset>
  );
}

function SimpleControl({ field, text, onText }: ControlProps<SimpleField>) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: Control is one
    <label>
      <span>{field.title}</span>
      <Control field={field} text={text} onText={onText} />
      {field.description && <span class="faint small">{field.description}</span>}
    </label>
  );
}

function Control({ field, text, onText }: ControlProps<SimpleField>) {
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

function describeOption({ names, unavailable }: FieldOf<'choice'>, option: string | number): string {
  const name = names[option] ?? String(option);
  const reason = unavailable?.[option];
  return reason ? `${translate('labelled', name)}${reason}` : name;
}
