import { Dices, Lock, LockOpen } from 'lucide';
import { IconButton } from '../../controls/IconButton.tsx';
import { Switch } from '../../controls/Switch.tsx';
import { Field } from '../../fields/Field.tsx';
import { FieldContext } from '../../fields/fieldLink.ts';
import { NumberField } from '../../fields/NumberField.tsx';
import { TextArea } from '../../fields/TextArea.tsx';
import { TextField } from '../../fields/TextField.tsx';
import { isAssetValue } from '../fitValue.ts';
import { useForm } from '../formContext.ts';
import { readValue } from '../formDraft.ts';
import type { FieldOf, FormField } from '../formField.ts';
import { endsOf, texts } from '../texts.ts';
import { ChoiceField } from './ChoiceField.tsx';
import { MaskField } from './MaskField.tsx';
import { NumberControl } from './NumberControl.tsx';
import { PictureSlot } from './PictureSlot.tsx';
import { RowsField } from './RowsField.tsx';
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

/** A picture or film that the request starts from. */
function AssetField({ field }: { field: FieldOf<'asset'> }) {
  const { form, draft, write, findFault, uploads, fixed } = useForm();
  const own = readValue(form, draft, field);
  const given = fixed[field.name];
  const value = given ?? (isAssetValue(own) ? own : undefined);
  return (
    <Field
      label={field.title}
      required={field.isRequired}
      error={findFault(field.name)}
      hint={value?.isShrunk && texts.shrunk(`${value.width ?? 0} × ${value.height ?? 0}`)}
    >
      <FieldContext.Provider value={undefined}>
        <PictureSlot
          title={field.title}
          media={field.media}
          value={value}
          isFixed={given !== undefined}
          upload={uploads.find(field.name)}
          onAsset={(asset) => {
            uploads.cancel(field.name);
            write(field.name, asset);
          }}
          onFile={(file) => uploads.startFile(field.name, file)}
          onUrl={(url) => uploads.startUrl(field.name, url)}
          onRetry={() => uploads.retry(field.name)}
          onCancel={() => uploads.cancel(field.name)}
        />
      </FieldContext.Provider>
    </Field>
  );
}

/** Short enough to read out, and more than anybody tries. */
const seedValues = 2 ** 32;

/** Open: the server draws a seed each time. Locked: this one stays, and the same values give the same picture. */
function SeedField({ field }: { field: FieldOf<'seed'> }) {
  const { form, draft, write, findFault, lastSeed } = useForm();
  const value = readValue(form, draft, field);
  const seed = typeof value === 'number' ? value : undefined;
  const isLocked = seed !== undefined;
  const roll = () => write(field.name, Math.floor(Math.random() * seedValues));
  const lock = () => (lastSeed === undefined ? roll() : write(field.name, lastSeed));
  return (
    <Field label={field.title} error={findFault(field.name)}>
      <div class="sg-form-seed">
        <NumberField
          bare
          value={seed}
          placeholder={texts.random}
          onChange={(next) => write(field.name, next)}
          step={1}
          {...(field.minimum !== undefined && { min: field.minimum })}
          {...(field.maximum !== undefined && { max: field.maximum })}
        />
        <IconButton icon={Dices} label={texts.rollSeed} onClick={roll} />
        <IconButton
          icon={isLocked ? Lock : LockOpen}
          label={isLocked ? texts.unlockSeed : texts.lockSeed}
          pressed={isLocked}
          onClick={() => (isLocked ? write(field.name, undefined) : lock())}
        />
      </div>
    </Field>
  );
}

/** What is added around a picture, each number at its side. */
function SidesField({ field }: { field: FieldOf<'sides'> }) {
  const { form, draft, write, findFault } = useForm();
  return (
    <Field label={texts.sides} error={findFault(field.name)}>
      <div class="sg-form-around">
        <FieldContext.Provider value={undefined}>
          {field.sides.map((side) => {
            const value = readValue(form, draft, side);
            return (
              <div key={side.name} style={{ gridArea: side.name }}>
                <NumberField
                  bare
                  label={side.title}
                  unit="px"
                  min={side.minimum ?? 0}
                  max={side.maximum ?? 10_000}
                  value={typeof value === 'number' ? value : undefined}
                  onChange={(next) => write(side.name, next)}
                />
              </div>
            );
          })}
        </FieldContext.Provider>
        <div class="sg-form-around-middle" />
      </div>
    </Field>
  );
}
