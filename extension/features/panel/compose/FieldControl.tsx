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
            title={field.unavailable?.[option] ?? String(option)}
          >
            {describeOption(field, option)}
          </option>
        ))}
      </select>
    );
  if (field.kind === 'number') return <NumberControl field={field} text={text} onText={onText} />;
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

/** The exact value, and for the hand a slider where the range is known. */
function NumberControl({ field, text, onText }: ControlProps<FieldOf<'number'>>) {
  const change = (event: { currentTarget: HTMLInputElement }) => onText(event.currentTarget.value);
  const { minimum, maximum, step } = field;
  const exact = (
    <input
      name={field.name}
      value={text}
      required={field.isRequired}
      type="number"
      min={minimum}
      max={maximum}
      step={step}
      placeholder={field.isSeed ? translate('random') : ''}
      onInput={change}
    />
  );
  const isRange = minimum !== undefined && maximum !== undefined && field.default !== undefined;
  if (!isRange || field.isSeed) return exact;
  return (
    <>
      <span class="range">
        {exact}
        <input
          type="range"
          // The field beside it is the same value for keys and screen readers.
          aria-hidden="true"
          tabIndex={-1}
          min={minimum}
          max={maximum}
          step={step === 'any' ? 0.01 : step}
          value={text === '' ? field.default : text}
          onInput={change}
        />
      </span>
      {field.name === 'denoise' && (
        <span class="ends" aria-hidden="true">
          <span>{translate('denoiseKeep')}</span>
          <span>{translate('denoiseRedraw')}</span>
        </span>
      )}
    </>
  );
}

function describeOption({ names, unavailable }: FieldOf<'choice'>, option: string | number): string {
  const name = names[option] ?? nameFile(String(option));
  const reason = unavailable?.[option];
  return reason ? `${translate('labelled', name)}${reason}` : name;
}

/** A file that the catalogue has no name for: without its folder and its ending. */
const nameFile = (option: string): string =>
  modelFile.test(option) ? option.replace(modelFile, '').replace(/^.*[\\/]/, '') : option;

const modelFile = /\.(safetensors|ckpt|gguf|pth|pt|onnx)$/i;
