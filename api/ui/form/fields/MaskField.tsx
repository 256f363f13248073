import { Field } from '../../fields/Field.tsx';
import { FieldContext } from '../../fields/fieldLink.ts';
import { useForm } from '../formContext.ts';
import { isAssetValue } from '../model/fitValue.ts';
import { readValue } from '../model/formDraft.ts';
import type { FieldOf } from '../model/formField.ts';
import { PictureSlot } from './PictureSlot.tsx';

export function MaskField({ field }: { field: FieldOf<'mask'> }) {
  const { form, draft, write, findFault, uploads } = useForm();
  const value = readValue(form, draft, field);
  const mask = isAssetValue(value) ? value : undefined;
  return (
    <Field
      label={field.title}
      required={field.isRequired}
      error={findFault(field.name)}
      hint={field.description}
    >
      <FieldContext.Provider value={undefined}>
        <PictureSlot
          title={field.title}
          media="image"
          value={mask}
          isFixed={false}
          upload={uploads.find(field.name)}
          onAsset={(asset) => write(field.name, asset)}
          onFile={(file) => uploads.startFile(field.name, file)}
          onUrl={(url) => uploads.startUrl(field.name, url)}
          onRetry={() => uploads.retry(field.name)}
          onCancel={() => uploads.cancel(field.name)}
        />
      </FieldContext.Provider>
    </Field>
  );
}
