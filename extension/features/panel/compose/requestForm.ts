import { describeRequest, findEngineView, isTuning } from '@star-graph/api/contract/catalogue/engineForms';
import type { EngineView, WorkflowView } from '@star-graph/api/contract/catalogue/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import {
  type FormField,
  findSource,
  listFormFields,
  presentFormValues,
  readFormValues,
  type Source,
} from './formFields.ts';

/** The form of a request with one model. */
export interface RequestForm {
  fields: readonly FormField[];
  /** Parameters without a control: what it starts from, and what no control fits. */
  hidden: readonly string[];
  /** Takes what the run starts from. */
  source: Source | undefined;
}

/** The form for a value of `model`; undefined: for what runs when nobody chooses. */
export type FormOfModel = (model: string | undefined) => RequestForm;

interface Described {
  listed: readonly WorkflowView[];
  workflow: WorkflowView;
}

/** @param modelTitle of the field that chooses among engines */
export function createForms(
  { listed, workflow }: Described,
  locale: 'en' | 'zh-CN',
  modelTitle: string,
): FormOfModel {
  const fieldsOf = (model?: string) => {
    const described = describeRequest(listed, workflow, { model });
    return { described, fields: listFormFields(described, locale) };
  };
  const own = workflow.engines?.find((engine) => engine.workflow === workflow.name);
  const files = own && fieldsOf(own.model).fields.find(({ name }) => name === 'model');
  const modelField = workflow.engines && describeModels(workflow, workflow.engines, files, modelTitle);
  return (model) => {
    const { described, fields } = fieldsOf(model);
    const shown = modelField ? [modelField, ...fields.filter(({ name }) => name !== 'model')] : fields;
    const names = new Set(shown.map(({ name }) => name));
    const { properties = {} } = described.params as ParamSchema;
    const hidden = Object.keys(properties).filter((name) => !names.has(name));
    return { fields: shown, hidden, source: findSource(described) };
  };
}

/** Engines by their models, then the files of the workflow itself. */
function describeModels(
  workflow: WorkflowView,
  engines: readonly EngineView[],
  files: FormField | undefined,
  title: string,
): FormField {
  const listed = files?.kind === 'choice' ? files : { options: [], names: {} };
  const away = engines.filter(({ available }) => !available);
  return {
    ...{ name: 'model', title, isRequired: true, kind: 'choice', names: listed.names },
    options: [
      ...engines.map(({ model }) => model),
      ...listed.options.filter((option) => !findEngineView(workflow, option)),
    ],
    unavailable: Object.fromEntries(away.map(({ model, reason = '' }) => [model, reason])),
    default: engines.find((engine) => engine.workflow === workflow.uses)?.model ?? engines[0]?.model,
  };
}

/** Texts for stored values. A model that cannot run now gives way, with the values that belong to it. */
export function presentRequest(
  formOf: FormOfModel,
  values: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const model = findOffered(formOf(undefined).fields, values.model);
  const kept = Object.entries(values).filter(([name]) => model === values.model || !isTuning(name));
  return presentFormValues(formOf(model).fields, { ...Object.fromEntries(kept), model });
}

function findOffered(fields: readonly FormField[], value: unknown): string | undefined {
  const field = fields.find(({ name }) => name === 'model');
  const model = typeof value === 'string' ? value : undefined;
  if (field?.kind !== 'choice' || !field.unavailable) return model;
  const isOffered =
    model !== undefined && field.options.includes(model) && field.unavailable[model] === undefined;
  return isOffered ? model : (field.default as string | undefined);
}

/** Texts for the form of another model: what the person chose goes along, as far as that one takes it. */
export function changeModel(
  formOf: FormOfModel,
  texts: Readonly<Record<string, string>>,
  model: string,
): Record<string, string> {
  const [from, to] = [formOf(texts.model).fields, formOf(model).fields];
  const chosen = from.filter(
    (field) => !isTuning(field.name) && texts[field.name] !== String(field.default ?? ''),
  );
  const values = readFormValues(chosen, texts);
  const kept = to.filter((field) => isTaken(field, values[field.name])).map(({ name }) => name);
  return presentFormValues(to, { ...pick(values, kept), model });
}

function isTaken(field: FormField, value: unknown): boolean {
  switch (field.kind) {
    case 'choice':
      return field.options.some((option) => option === value);
    case 'text':
      return typeof value === 'string' && value.length <= (field.maxLength ?? Infinity);
    case 'file':
      return typeof value === 'string';
    case 'toggle':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value) && value.length <= field.maxItems && value.every(isRowOf(field.items));
    case 'number': {
      if (typeof value !== 'number') return false;
      const { minimum = 0, maximum = Infinity, step } = field;
      const steps = step === 'any' ? 0 : (value - minimum) / step;
      const isOnGrid = Math.abs(steps - Math.round(steps)) < 1e-9;
      return value >= (field.minimum ?? -Infinity) && value <= maximum && isOnGrid;
    }
  }
}

const isRowOf =
  (items: readonly FormField[]) =>
  (row: Readonly<Record<string, unknown>>): boolean =>
    items.every((item) => row[item.name] === undefined || isTaken(item, row[item.name]));

/** What to send: the texts, and stored values that the form has no control for. */
export const readRequest = (
  { fields, hidden }: RequestForm,
  texts: Readonly<Record<string, string>>,
  stored: Readonly<Record<string, unknown>>,
): Record<string, unknown> => ({ ...pick(stored, hidden), ...readFormValues(fields, texts) });

const pick = (values: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
