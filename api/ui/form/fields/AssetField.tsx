import { Field } from '../../fields/Field.tsx';
import { FieldContext } from '../../fields/fieldLink.ts';
import { formatNumber } from '../../texts/formats.ts';
import { isAssetValue } from '../fitValue.ts';
import { useForm } from '../formContext.ts';
import { readValue } from '../formDraft.ts';
import type { FieldOf } from '../formField.ts';
import { texts } from '../texts.ts';
import { PictureSlot } from './PictureSlot.tsx';

/** A picture or film that the request starts from. */
export function AssetField({ field }: { field: FieldOf<'asset'> }) {
  const { form, draft, write, findFault, uploads, fixed } = useForm();
  const own = readValue(form, draft, field);
  const given = fixed[field.name];
  const value = given ?? (isAssetValue(own) ? own : undefined);
  return (
    <Field
      label={field.title}
      required={field.isRequired}
      error={findFault(field.name)}
      hint={
        value?.isShrunk &&
        texts.shrunk(`${formatNumber(value.width ?? 0)} × ${formatNumber(value.height ?? 0)}`)
      }
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
