import { ChevronRight } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../../Icon.tsx';
import { type FormContextValue, useForm } from '../formContext.ts';
import { readChosen } from '../formDraft.ts';
import type { FormField } from '../formField.ts';
import { texts } from '../texts.ts';
import { FieldView } from './FieldView.tsx';

interface FieldListProps {
  fields: readonly FormField[];
  extras: Readonly<Record<string, ComponentChildren>> | undefined;
}

/** Pictures stand side by side, all else below each other. */
export function FieldList({ fields, extras }: FieldListProps) {
  const context = useForm();
  const shown = fields.filter((field) => isWanted(context, fields, field));
  const isPicture = ({ kind }: FormField) => kind === 'asset' || kind === 'mask';
  const view = (field: FormField) => (
    <div key={`${field.name} ${field.kind}`} class="sg-form-field" data-field={field.name}>
      <FieldView field={field} />
      {extras?.[field.name]}
    </div>
  );
  const pictures = shown.filter(isPicture);
  return (
    <>
      {pictures.length > 0 && <div class="sg-form-pictures">{pictures.map(view)}</div>}
      {shown.filter((field) => !isPicture(field)).map(view)}
    </>
  );
}

/** Of a row of further pictures, one more than there are. */
function isWanted(
  { form, draft, fixed, uploads }: FormContextValue,
  fields: readonly FormField[],
  { name, isRequired }: FormField,
): boolean {
  const number = /^image(\d+)$/.exec(name)?.[1];
  if (number === undefined || isRequired) return true;
  const isFilled = (param: string) =>
    [fixed[param], readChosen(form, draft, param), uploads.find(param)].some((one) => one !== undefined);
  if (isFilled(name)) return true;
  const before = Number(number) === 2 ? 'image' : `image${Number(number) - 1}`;
  return isFilled(before) || !fields.some((field) => field.name === before);
}

/** Folded, and open again where it was open the last time; open too while something inside is wrong. */
export function MoreFields({ fields, extras }: FieldListProps) {
  const { findFault } = useForm();
  const [isOpen, setOpen] = useState(isMoreOpen);
  if (fields.length === 0) return null;
  const isShown = isOpen || fields.some(({ name }) => findFault(name) !== undefined);
  return (
    <>
      <button
        type="button"
        class="sg-form-more"
        aria-expanded={isShown}
        onClick={() => {
          keepMoreOpen(!isShown);
          setOpen(!isShown);
        }}
      >
        <Icon icon={ChevronRight} />
        {texts.more}
      </button>
      {isShown && <FieldList fields={fields} extras={extras} />}
    </>
  );
}

const key = 'star-graph.form.more';

/** Of this page, for browsers that store nothing. */
let remembered = false;

function isMoreOpen(): boolean {
  try {
    return localStorage.getItem(key) === 'open';
  } catch {
    // The browser refuses storage: then it is remembered until the page is closed.
    return remembered;
  }
}

function keepMoreOpen(isOpen: boolean): void {
  remembered = isOpen;
  try {
    localStorage.setItem(key, isOpen ? 'open' : 'closed');
  } catch {
    // Remembered above.
  }
}
