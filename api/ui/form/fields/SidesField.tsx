import { Field } from '../../fields/Field.tsx';
import { FieldContext } from '../../fields/fieldLink.ts';
import { NumberField } from '../../fields/NumberField.tsx';
import { useForm } from '../formContext.ts';
import { readValue } from '../formDraft.ts';
import type { FieldOf } from '../formField.ts';
import { texts } from '../texts.ts';

/** What is added around a picture, each number at its side. */
export function SidesField({ field }: { field: FieldOf<'sides'> }) {
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
