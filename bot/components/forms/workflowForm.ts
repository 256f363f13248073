import type { WorkflowView } from '@star-graph/api/contract/catalogue/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import {
  FileUploadBuilder,
  LabelBuilder,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
} from 'discord.js';
import { paramsOf, requiredParamsOf } from '../../generate/workflowSchema.ts';
import type { Messages } from '../../replies/texts/en/en.ts';
import type { Locale } from '../../replies/texts/locale.ts';
import { createInput } from './formFields.ts';
import { type FormId, formatFormId } from './formId.ts';

/** How a form asks for a parameter; it cannot ask for lists. */
export type FieldKind = 'text' | 'number' | 'choice' | 'picture';

export interface WorkflowField {
  param: string;
  kind: FieldKind;
  schema: ParamSchema;
  isRequired: boolean;
}

/** Which parameters a form asks for, and which it leaves to their defaults. */
export interface FormPlan {
  fields: readonly WorkflowField[];
  leftOut: readonly string[];
  /** The parameter that the picture attached to the command is for. */
  attachedParam: string | undefined;
}

const partsInForm = 5;
const choicesInSelect = 25;
const charactersInOption = 100;

function kindOf(schema: ParamSchema): FieldKind | undefined {
  if (schema['x-asset'] === 'image') return 'picture';
  // The bot takes no films yet, and nobody knows an asset by its id.
  if (schema['x-asset'] !== undefined) return undefined;
  if (schema.type === 'boolean') return 'choice';
  const choices = schema.enum ?? [];
  const fits = choices.length > 0 && choices.length <= choicesInSelect;
  if (fits && choices.every((choice) => /^.{1,100}$/u.test(String(choice)))) return 'choice';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  return schema.type === 'string' ? 'text' : undefined;
}

/**
 * Chooses the fields of a form: required ones, then the rest, long texts before other values and the seed last. If
 * some are left out, one field's place is used to say so.
 * @returns undefined if a form has no room for all required ones.
 */
export function planForm(workflow: WorkflowView, hasAttached: boolean): FormPlan | undefined {
  const required = requiredParamsOf(workflow);
  const all = paramsOf(workflow);
  const attachedParam = hasAttached
    ? all.find(([, schema]) => schema['x-asset'] === 'image')?.[0]
    : undefined;
  const asked = all.filter(([param]) => param !== attachedParam);
  const fields = asked
    .flatMap(([param, schema]): WorkflowField[] => {
      const kind = kindOf(schema);
      return kind === undefined ? [] : [{ param, kind, schema, isRequired: required.includes(param) }];
    })
    .sort((a, b) => rankOf(a) - rankOf(b));
  const needed = asked.filter(([param]) => required.includes(param)).length;
  const askable = fields.filter(({ isRequired }) => isRequired).length;
  if (askable < needed || needed > partsInForm) return undefined;
  const isWhole = fields.length === asked.length && fields.length <= partsInForm;
  const shown = fields.slice(0, isWhole ? partsInForm : Math.max(needed, partsInForm - 1));
  const names = new Set(shown.map(({ param }) => param));
  return {
    fields: shown,
    leftOut: asked.map(([param]) => param).filter((param) => !names.has(param)),
    attachedParam,
  };
}

function rankOf({ isRequired, schema }: WorkflowField): number {
  if (schema['x-seed'] === true && !isRequired) return 4;
  return (isRequired ? 0 : 2) + (schema['x-multiline'] === true ? 0 : 1);
}

/** A parameter's name for people. */
export const titleOfParam = (param: string, schema: ParamSchema | undefined, locale: Locale): string =>
  schema?.['x-title']?.[locale] ?? schema?.title ?? param;

export function createWorkflowForm(
  { say, locale }: { say: Messages; locale: Locale },
  workflow: WorkflowView,
  plan: FormPlan,
  id: FormId,
  cost?: number,
): ModalBuilder {
  const schemas = new Map(paramsOf(workflow));
  const left = plan.leftOut.map((param) => titleOfParam(param, schemas.get(param), locale));
  const note = left.length === 0 ? undefined : say.leftAtDefault(say.list(left));
  const labels = plan.fields.map((field) => createLabel(say, locale, field));
  if (cost !== undefined) labels[0]?.setDescription(say.usualPrice(cost));
  const form = new ModalBuilder().setCustomId(formatFormId(id)).setTitle(workflow.title[locale].slice(0, 45));
  form.addLabelComponents(...labels);
  if (note === undefined) return form;
  if (labels.length < partsInForm) form.addTextDisplayComponents(new TextDisplayBuilder().setContent(note));
  else labels.at(-1)?.setDescription(note.slice(0, 100));
  return form;
}

function createLabel(say: Messages, locale: Locale, field: WorkflowField): LabelBuilder {
  const { param, kind, schema, isRequired } = field;
  const label = new LabelBuilder().setLabel(titleOfParam(param, schema, locale).slice(0, 45));
  if (kind === 'picture')
    return label.setFileUploadComponent(
      new FileUploadBuilder().setCustomId(param).setMaxValues(1).setRequired(isRequired),
    );
  if (kind === 'choice') return label.setStringSelectMenuComponent(createSelect(say, locale, field));
  const isLong = kind === 'text' && (schema['x-multiline'] === true || (schema.maxLength ?? 4_000) > 200);
  const value = schema.default === undefined ? '' : String(schema.default);
  const bounds =
    kind === 'number' && schema.minimum !== undefined && schema.maximum !== undefined
      ? { placeholder: `${schema.minimum} – ${schema.maximum}` }
      : {};
  return label.setTextInputComponent(
    createInput({ id: param, label: param, value, isRequired, isShort: !isLong, ...bounds }),
  );
}

function createSelect(
  say: Messages,
  locale: Locale,
  { param, schema, isRequired }: WorkflowField,
): StringSelectMenuBuilder {
  const choices: [string, string][] =
    schema.type === 'boolean'
      ? [
          [say.yes, 'true'],
          [say.no, 'false'],
        ]
      : (schema.enum ?? []).map((choice): [string, string] => [
          (schema['x-names']?.[String(choice)]?.[locale] ?? String(choice)).slice(0, charactersInOption),
          String(choice),
        ]);
  const chosen = schema.default === undefined ? undefined : String(schema.default);
  return new StringSelectMenuBuilder()
    .setCustomId(param)
    .setRequired(isRequired)
    .setMinValues(isRequired ? 1 : 0)
    .addOptions(choices.map(([label, value]) => ({ label, value, default: value === chosen })));
}
