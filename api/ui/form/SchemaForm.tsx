import type { ProblemView } from '@star-graph/contract/problems';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { readDropped, takesWords } from '../pictures/assetDrag.ts';
import { language } from '../texts/language.ts';
import { createForm, type Form, type FormSource } from './createForm.ts';
import { FieldList, MoreFields } from './fields/FieldList.tsx';
import { type FieldFault, findFaults, isUnchanged, placeFaults } from './findFaults.ts';
import type { AssetValue } from './fitValue.ts';
import { FormContext, type FormContextValue, useForm } from './formContext.ts';
import { type FormDraft, readChosen, readValue, writeValue } from './formDraft.ts';
import type { FormField } from './formField.ts';
import { texts } from './texts.ts';
import { type PictureSource, type Uploads, useUploads } from './useUploads.ts';
import './SchemaForm.css';
import { Segmented } from '../controls/Segmented.tsx';
import { Field } from '../fields/Field.tsx';

interface SchemaFormProps {
  source: FormSource;
  draft: FormDraft;
  /** Takes a change rather than a draft, so that an upload which ends late undoes nothing. */
  onDraft(change: (draft: FormDraft) => FormDraft): void;
  pictures: PictureSource;
  /** Of a form that waits for its uploads; else the form keeps its own. */
  uploads?: Uploads;
  /** Pictures by parameter that are given and not to be changed. */
  fixed?: Readonly<Record<string, AssetValue>>;
  /** Shows what is missing: from the first try to send it on. */
  isChecked?: boolean;
  /** `errors` of an `invalid-params`; each stands beside its field until that changes. */
  errors?: ProblemView['errors'];
  lastSeed?: number | undefined;
  /** The view has a place to paint masks; else a window opens. */
  onPaint?: (() => void) | undefined;
  /** Ctrl + Enter in any field. */
  onSubmit?(): void;
  /** What stands below a field, such as earlier prompts; by the field's name. */
  extras?: Readonly<Record<string, ComponentChildren>>;
}

const none: Readonly<Record<string, never>> = {};

/** The parameters of a workflow, drawn from its schema. It fetches nothing and keeps nothing. */
export function SchemaForm(props: SchemaFormProps) {
  const { source, draft, onDraft, pictures, fixed = none, lastSeed, onPaint, onSubmit } = props;
  const shownLanguage = language.value;
  const form = useMemo(
    () => createForm(source, draft.values.model, shownLanguage),
    [source.workflow, source.listed, source.models, draft.values.model, shownLanguage],
  );
  const write = (param: string, value: unknown) => onDraft((now) => writeValue(form, now, param, value));
  const own = useUploads(source.workflow.name, pictures, write);
  const uploads = props.uploads ?? own;
  const { findFault, others } = useFaults(form, props, uploads);
  const context: FormContextValue = {
    form,
    draft,
    pictures,
    uploads,
    fixed,
    lastSeed,
    onPaint,
    write,
    findFault,
  };
  const take = (transfer: DataTransfer | null): boolean => {
    const [field, dropped] = transfer ? findPlace(context, transfer) : [];
    if (!field || !dropped || (dropped.kind === 'url' && !pictures.importUrl)) return false;
    if (dropped.kind === 'asset') write(field.name, dropped.asset);
    else if (dropped.kind === 'file') uploads.startFile(field.name, dropped.file);
    else uploads.startUrl(field.name, dropped.url);
    return true;
  };
  usePaste(take);
  return (
    <FormContext.Provider value={context}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: shortcuts for what the fields do */}
      <div
        class="sg-form"
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSubmit?.();
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          take(event.dataTransfer);
        }}
      >
        <FieldList fields={form.fields.filter(({ isEssential }) => isEssential)} extras={props.extras} />
        <PresetField />
        <MoreFields fields={form.fields.filter(({ isEssential }) => !isEssential)} extras={props.extras} />
        {others.map((message) => (
          <p key={message} class="sg-form-problem" role="alert">
            {message}
          </p>
        ))}
      </div>
    </FormContext.Provider>
  );
}

/** Faults of the form itself, then what the server said of values that are still the same. */
function useFaults(
  form: Form,
  { draft, isChecked, errors, fixed = none }: SchemaFormProps,
  uploads: Uploads,
) {
  const refused = useRef({ errors, draft });
  if (refused.current.errors !== errors) refused.current = { errors, draft };
  const placed = useMemo(() => placeFaults(form, errors ?? []), [form, errors]);
  const own = isChecked ? findFaults(form, draft, Object.keys(fixed)) : [];
  const findFault = (name: string): string | undefined => {
    const fault = own.find(({ field }) => field.name === name);
    // What is on its way is not missing.
    if (fault && uploads.find(name)?.state !== 'running') return describeFault(fault);
    const field = form.fields.find((one) => one.name === name);
    const isSame = field && isUnchanged(form, field, refused.current.draft, draft);
    return isSame ? placed.byField.get(name) : undefined;
  };
  return { findFault, others: placed.others };
}

function describeFault({ field, fault }: FieldFault): string {
  if (fault === 'long') return texts.long(field.kind === 'text' ? (field.maxLength ?? 0) : 0);
  if (field.kind === 'mask') return texts.missingMask;
  if (field.kind !== 'asset') return field.name === 'prompt' ? texts.missingPrompt : texts.missing;
  return { image: texts.missingPicture, video: texts.missingVideo, audio: texts.missingSound }[field.media];
}

/** The first free place for what is brought, else the first. */
function findPlace({ form, draft, fixed, uploads }: FormContextValue, transfer: DataTransfer) {
  const places = form.fields.flatMap((field) =>
    field.kind === 'asset' && fixed[field.name] === undefined ? [field] : [],
  );
  const isFree = ({ name }: FormField) =>
    readChosen(form, draft, name) === undefined && uploads.find(name) === undefined;
  for (const place of [...places.filter(isFree), ...places]) {
    const dropped = readDropped(transfer, place.media);
    if (dropped) return [place, dropped] as const;
  }
  return [];
}

/** A picture, or a link to one, may be pasted anywhere on the page; in a field words are words. */
function usePaste(take: (transfer: DataTransfer | null) => boolean): void {
  const latest = useRef(take);
  latest.current = take;
  useLayoutEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const hasFile = (event.clipboardData?.files.length ?? 0) > 0;
      const isForUs = hasFile || !takesWords(event.target);
      if (isForUs && latest.current(event.clipboardData)) event.preventDefault();
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
}

/** How fine the picture gets, in the words of every engine and the steps of this one. */
function PresetField() {
  const { form, draft, write } = useForm();
  const steps = form.fields.find(({ name }) => name === 'steps');
  const { draft: quick, fine } = form.presets ?? {};
  // A switch for a fast way says the same.
  if (!quick || !fine || !steps || !('default' in steps) || quick.steps === undefined) return null;
  const options = [
    { value: 'draft', label: texts.draft, steps: quick.steps },
    { value: 'usual', label: texts.usualSteps, steps: steps.default },
    { value: 'fine', label: texts.fine, steps: fine.steps },
  ].filter(({ value, steps: own }, _, all) => value === 'usual' || own !== all[1]?.steps);
  if (options.length === 1) return null;
  const now = readValue(form, draft, steps);
  return (
    <div class="sg-form-field" data-field="preset">
      <Field label={texts.preset}>
        <Segmented
          wide
          options={options}
          value={options.find((option) => option.steps === now)?.value}
          onChange={(value) =>
            write('steps', value === 'usual' ? undefined : options.find((one) => one.value === value)?.steps)
          }
        />
      </Field>
    </div>
  );
}
