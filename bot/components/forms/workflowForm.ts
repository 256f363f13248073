import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';
import {
  FileUploadBuilder,
  LabelBuilder,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
} from 'discord.js';
import { paramsOf, requiredParamsOf } from '../../generate/workflowSchema.ts';
import type { Messages } from '../../replies/texts/en.ts';
import type { Locale } from '../../replies/texts/locale.ts';
import { createInput } from './formFields.ts';
import { type FormId, formatFormId } from './formId.ts';
import { isTypable, type Setting, titleOfParam, writeSettings } from './settingsText.ts';

/** How a form asks for a parameter; it cannot ask for lists. */
type FieldKind = 'text' | 'number' | 'choice' | 'file' | 'pictures';

export interface WorkflowField {
  param: string;
  kind: FieldKind;
  schema: ParamSchema;
  isRequired: boolean;
  /** Of `pictures`: the parameters that take them in turn, itself first. */
  inTurn?: readonly Setting[];
}

/** Which parameters a form asks for, and how. */
export interface FormPlan {
  fields: readonly WorkflowField[];
  /** Typed together into one text. */
  settings: readonly Setting[];
  /** Left to their defaults. */
  leftOut: readonly string[];
  /** The parameter that the file attached to the command is for. */
  attachedParam: string | undefined;
}

/** The text of the settings. No parameter has such a name. */
export const settingsId = '_settings';

const partsInForm = 5;
const filesInUpload = 10;
const choicesInSelect = 25;
const charactersInOption = 100;

function kindOf(schema: ParamSchema): FieldKind | undefined {
  if (schema['x-asset'] !== undefined) return 'file';
  if (schema.type === 'boolean') return 'choice';
  const choices = schema.enum ?? [];
  const fits = choices.length > 0 && choices.length <= choicesInSelect;
  if (fits && choices.every((choice) => /^.{1,100}$/u.test(String(choice)))) return 'choice';
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  return schema.type === 'string' ? 'text' : undefined;
}

/**
 * Chooses the fields of a form: required ones, then files, long texts, other values, and the seed last. Numbered
 * pictures are one field. If there are more than fit, the last part is a text for all the others.
 * @param attached what was attached to the command.
 * @returns undefined if a form has no room for all required ones.
 */
export function planForm(workflow: WorkflowView, attached: FileKind | undefined): FormPlan | undefined {
  const required = requiredParamsOf(workflow);
  const all = paramsOf(workflow);
  const attachedParam = attached && all.find(([, schema]) => schema['x-asset'] === attached)?.[0];
  const asked = all.filter(([param]) => param !== attachedParam);
  const fields = joinPictures(
    asked.flatMap(([param, schema]): WorkflowField[] => {
      const kind = kindOf(schema);
      return kind === undefined ? [] : [{ param, kind, schema, isRequired: required.includes(param) }];
    }),
  ).sort((a, b) => rankOf(a) - rankOf(b));
  const needed = asked.filter(([param]) => required.includes(param)).length;
  const askable = fields.filter(({ isRequired }) => isRequired).length;
  if (askable < needed || needed > partsInForm) return undefined;
  const isWhole = listParams(fields).length === asked.length && fields.length <= partsInForm;
  const shown = fields.slice(0, isWhole ? partsInForm : Math.max(needed, partsInForm - 1));
  const names = new Set(listParams(shown));
  const others = asked.filter(([param]) => !names.has(param));
  const settings = shown.length < partsInForm ? others.filter(([, schema]) => isTypable(schema)) : [];
  return {
    fields: shown,
    settings,
    leftOut: others.filter((other) => !settings.includes(other)).map(([param]) => param),
    attachedParam,
  };
}

const listParams = (fields: readonly WorkflowField[]): string[] =>
  fields.flatMap(({ param, inTurn }) => inTurn?.map(([one]) => one) ?? param);

/** Optional pictures that only a number distinguishes (`image2`, `image3`) become one field. */
function joinPictures(fields: readonly WorkflowField[]): WorkflowField[] {
  const stemOf = ({ param, schema, isRequired }: WorkflowField) =>
    schema['x-asset'] === 'image' && !isRequired ? /^(.*\D)\d+$/.exec(param)?.[1] : undefined;
  const joined: WorkflowField[] = [];
  for (const field of fields) {
    const stem = stemOf(field);
    const first = joined.find((one) => stem !== undefined && stemOf(one) === stem);
    const { inTurn = first ? [[first.param, first.schema]] : [] } = first ?? {};
    const place = first && inTurn.length < filesInUpload ? joined.indexOf(first) : joined.length;
    const turns = first && [...inTurn, [field.param, field.schema] as const];
    joined[place] =
      first && turns && place < joined.length ? { ...first, kind: 'pictures', inTurn: turns } : field;
  }
  return joined;
}

function rankOf({ isRequired, schema }: WorkflowField): number {
  if (schema['x-seed'] === true && !isRequired) return 5;
  const isFile = schema['x-asset'] !== undefined;
  if (isFile && !isRequired) return 2;
  return (isRequired ? 0 : 3) + (schema['x-multiline'] === true ? 0 : 1);
}

export function createWorkflowForm(
  { say, locale }: { say: Messages; locale: Locale },
  workflow: WorkflowView,
  plan: FormPlan,
  id: FormId,
  leastCost?: number,
): ModalBuilder {
  const schemas = new Map(paramsOf(workflow));
  const left = plan.leftOut.map((param) => titleOfParam(param, schemas.get(param), locale));
  const note = left.length === 0 ? undefined : say.leftAtDefault(say.list(left));
  const labels = plan.fields.map((field) => createLabel(say, locale, field));
  if (leastCost !== undefined) labels[0]?.setDescription(say.leastPrice(leastCost));
  const form = new ModalBuilder().setCustomId(formatFormId(id)).setTitle(workflow.title[locale].slice(0, 45));
  if (plan.settings.length > 0) {
    const value = writeSettings({ say, locale }, plan.settings);
    const input = createInput({ id: settingsId, label: say.settings.label, value, isRequired: false });
    labels.push(
      new LabelBuilder()
        .setLabel(say.settings.label)
        .setDescription((note ?? say.settings.hint).slice(0, 100))
        .setTextInputComponent(input),
    );
    return form.addLabelComponents(...labels);
  }
  form.addLabelComponents(...labels);
  if (note === undefined) return form;
  if (labels.length < partsInForm) form.addTextDisplayComponents(new TextDisplayBuilder().setContent(note));
  else labels.at(-1)?.setDescription(note.slice(0, 100));
  return form;
}

function createLabel(say: Messages, locale: Locale, field: WorkflowField): LabelBuilder {
  const { param, kind, schema, isRequired, inTurn = [] } = field;
  const title = titleOfParam(param, schema, locale);
  const [last, lastSchema] = inTurn.at(-1) ?? [];
  const range = last === undefined ? title : `${title} – ${titleOfParam(last, lastSchema, locale)}`;
  const label = new LabelBuilder().setLabel(range.slice(0, 45));
  if (kind === 'file' || kind === 'pictures')
    return label.setFileUploadComponent(
      new FileUploadBuilder()
        .setCustomId(param)
        .setMinValues(isRequired ? 1 : 0)
        .setMaxValues(Math.max(1, inTurn.length))
        .setRequired(isRequired),
    );
  if (kind === 'choice') return label.setStringSelectMenuComponent(createSelect(say, locale, field));
  const isLong = kind === 'text' && (schema['x-multiline'] === true || (schema.maxLength ?? 4_000) > 200);
  const value = schema.default === undefined ? '' : String(schema.default);
  const bounds =
    kind === 'number' && schema.minimum !== undefined && schema.maximum !== undefined
      ? { placeholder: schema['x-seed'] ? say.seedHint : `${schema.minimum} – ${schema.maximum}` }
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
