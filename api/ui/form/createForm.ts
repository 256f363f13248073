import { describeRequest, findEngineView } from '@star-graph/contract/catalogue/engineForms';
import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { EngineView, WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { presetsOf } from '@star-graph/workflows/translation/presets';
import type { Language } from '../texts/language.ts';
import { fitValue } from './fitValue.ts';
import type { Choice, FieldOf, FormField } from './formField.ts';
import { listFields } from './listFields.ts';

export interface FormSource {
  /** All workflows of the catalogue: engines have their forms there. */
  listed: readonly WorkflowView[];
  workflow: WorkflowView;
  /** What is known of model files and engines: names, families, samples. */
  models?: readonly ModelView[] | undefined;
}

/** The form of a request with one model. */
export interface Form {
  /** The workflow that such a request runs: values that suit one model alone are kept by it. */
  runs: string;
  fields: readonly FormField[];
  presets: ReturnType<typeof presetsOf>;
}

/** @param model as chosen; one that is not on offer gives way to what runs when nobody chooses */
export function createForm(source: FormSource, model: unknown, language: Language): Form {
  const { listed, workflow } = source;
  const described = (name: string | undefined) => describeRequest(listed, workflow, { model: name });
  const fieldsOf = (view: WorkflowView) => listFields(view.params as ParamSchema, language);
  if (!workflow.engines) {
    const fields = fieldsOf(workflow).map((field) => withFacts(field, source, language));
    return { runs: workflow.name, fields, presets: presetsOf(workflow.params as ParamSchema) };
  }
  const field = describeModels(source, language);
  const chosen = fitValue(field, model) ?? field.default;
  const view = described(chosen === undefined ? undefined : String(chosen));
  const others = fieldsOf(view).map((other) => withFacts(other, source, language));
  const at = others.findIndex(({ name }) => name === 'model');
  const fields = [...others.filter(({ name }) => name !== 'model')];
  const before = others.findLastIndex(({ name }) => ['prompt', 'size'].includes(name));
  fields.splice(at === -1 ? before + 1 : at, 0, field);
  const runs = findEngineView(workflow, chosen)?.workflow ?? view.name;
  return { runs, fields, presets: presetsOf(view.params as ParamSchema) };
}

/**
 * Engines by their models, then the files of those that let people choose one. Where an engine has files it is no choice
 * of its own: it would be one of them under another name.
 */
function describeModels(source: FormSource, language: Language): FieldOf<'choice'> {
  const { listed, workflow } = source;
  const { engines = [] } = workflow;
  const isItself = (engine: EngineView): number => Number(engine.workflow === workflow.name);
  // A file that several list is drawn with by the workflow itself, else by the first.
  const taken = new Set<unknown>();
  const offered = engines
    .toSorted((a, b) => isItself(b) - isItself(a))
    .map((engine) => {
      const form = describeRequest(listed, workflow, { model: engine.model }).params as ParamSchema;
      const shown = listFields(form, language).find(({ name }) => name === 'model');
      const named = shown?.kind === 'choice' ? shown.options : [];
      const files = named.filter(({ value }) => !taken.has(value) && !findEngineView(workflow, value));
      for (const { value } of files) taken.add(value);
      const usual = files.find(({ value }) => value === form.properties?.model?.default) ?? files[0];
      return { engine, named, files, usual };
    });
  const find = (engine: EngineView | undefined) => offered.find((one) => one.engine === engine);
  const labels = new Map(offered.flatMap(({ named }) => named.map(({ value, label }) => [value, label])));
  const percentOf = (file: Choice | undefined) =>
    source.models?.find(({ name }) => name === file?.value)?.pricePercent ?? 100;
  const used = engines.find((engine) => engine.workflow === workflow.uses) ?? engines[0];
  const options = [
    ...engines
      .filter((engine) => find(engine)?.files.length === 0)
      .map((engine) => ({
        ...factsOf(engine),
        value: engine.model,
        label: labels.get(engine.model) ?? engine.model,
        description: listed.find(({ name }) => name === engine.workflow)?.description[language],
      })),
    ...offered.flatMap(({ engine, files, usual }) =>
      files.map((file) => ({
        ...factsOf(engine),
        ...file,
        ...(file === usual && { alias: engine.model }),
        // The least price is that of the cheapest file.
        ...(percentOf(file) === Math.min(...files.map(percentOf))
          ? {}
          : { leastCost: undefined, pricePercent: percentOf(file) }),
      })),
    ),
  ];
  return {
    name: 'model',
    params: ['model'],
    kind: 'choice',
    isOpen: false,
    isModel: true,
    isRequired: false,
    isEssential: true,
    description: undefined,
    title: language === 'en' ? 'Model' : '模型',
    options: options.map((option) => withModelFacts(option, source.models, language)),
    default: find(used)?.usual?.value ?? used?.model,
  };
}

const factsOf = ({ available, reason, family, licence, exampleSeconds, leastCost }: EngineView) => ({
  family,
  licence: licence?.name,
  seconds: exampleSeconds,
  leastCost,
  ...(available ? {} : { unavailable: reason ?? '' }),
});

/** Names of model files as people know them; `options` of samplers are in no such list and stay. */
function withFacts(field: FormField, { models }: FormSource, language: Language): FormField {
  if (field.kind === 'choice' && (field.isModel || field.name === 'videoModel' || field.name === 'name'))
    return { ...field, options: field.options.map((option) => withModelFacts(option, models, language)) };
  if (field.kind === 'rows')
    return {
      ...field,
      fields: field.fields.map((one) => withFacts(one, { models } as FormSource, language)),
    };
  return field;
}

function withModelFacts(
  option: Choice,
  models: readonly ModelView[] | undefined,
  language: Language,
): Choice {
  const known = models?.find(({ name }) => name === option.value);
  if (!known) return option;
  const { title, family = option.family, sampleUrl, licence, triggerWords } = known;
  return {
    ...option,
    label: title[language],
    family,
    sampleUrl,
    licence: licence?.name,
    triggerWords,
    isFile: true,
  };
}
