import { describeRequest, findEngineView } from '@star-graph/contract/catalogue/engineForms';
import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { GuildPlaceRules } from '@star-graph/contract/guilds/guildPolicy';
import type { PreferencesView } from '@star-graph/contract/users/preferences';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { holdsPattern, holdsWord } from '@star-graph/workflows/shared/wordFilter';
import { paramsOf } from './workflowSchema.ts';

type Params = Readonly<Record<string, unknown>>;

export interface ChoiceOfDefaults {
  preferences: PreferencesView;
  rules: GuildPlaceRules;
  isAgeRestricted: boolean;
  /** The workflow as the list of workflows describes it. */
  workflow: WorkflowView;
  offered: readonly WorkflowView[];
  /** The model that the place asks for where nobody chooses one. */
  own: Params;
  models: readonly ModelView[];
}

interface ChosenDefaults {
  params: Params;
  /** Default models that no GPU server offers now. */
  missingModels: string[];
}

/**
 * The typed values; for the others the person's defaults, else the server's, else none, which leaves them to the
 * workflow. A default that the place does not allow is skipped, and so is an engine that lacks a typed parameter.
 */
export function withChosenDefaults(params: Params, choice: ChoiceOfDefaults): ChosenDefaults {
  const { preferences, rules, workflow, offered, own } = choice;
  const { model, missingModels } =
    params.model === undefined ? chooseModel(params, choice) : { model: undefined, missingModels: [] };
  const defaults: Record<string, unknown> = { model };
  const described = describeRequest(offered, workflow, {
    ...own,
    ...(model === undefined ? {} : { model }),
    ...params,
  });
  const schemas = new Map(paramsOf(described));
  if (params.negativePrompt === undefined && schemas.has('negativePrompt'))
    defaults.negativePrompt = [preferences.negativePrompt, rules.defaultNegativePrompt].find(
      (text) => text !== undefined && isTextAllowed(text, choice),
    );
  const [width, height] = [schemas.get('width'), schemas.get('height')];
  // Without a size of the workflow's own, the given picture's size counts.
  if (params.width === undefined && params.height === undefined && hasDefault(width) && hasDefault(height))
    Object.assign(
      defaults,
      [preferences.size, rules.defaultSize].find(
        (size) =>
          size !== undefined &&
          fits(size.width, width) &&
          fits(size.height, height) &&
          size.width * size.height <= (rules.maxMegapixels ?? Infinity) * 1_000_000,
      ),
    );
  const chosen = Object.entries(defaults).filter(([, value]) => value !== undefined);
  return { params: { ...Object.fromEntries(chosen), ...params }, missingModels };
}

/** The first default model that suits the request and is on offer; those before it are missing. */
function chooseModel(
  params: Params,
  choice: ChoiceOfDefaults,
): { model: string | undefined; missingModels: string[] } {
  const { preferences, rules } = choice;
  const wanted = [preferences.model, rules.defaultModel].flatMap((name) => {
    const found = name === undefined ? undefined : findDefault(name, params, choice);
    return found ? [found] : [];
  });
  const offered = wanted.findIndex(({ isOffered }) => isOffered);
  const missing = offered < 0 ? wanted : wanted.slice(0, offered);
  return { model: wanted[offered]?.name, missingModels: missing.map(({ name }) => name) };
}

/** An engine of the workflow, or a file for the workflow itself. Undefined: it does not suit, or is not allowed. */
function findDefault(
  name: string,
  params: Params,
  choice: ChoiceOfDefaults,
): { name: string; isOffered: boolean } | undefined {
  const { workflow, offered, rules, models } = choice;
  const form = new Map(paramsOf(describeRequest(offered, workflow, { ...params, model: name })));
  const engine = findEngineView(workflow, name);
  if (!engine) {
    const isOfOthers = offered.some((other) => findEngineView(other, name));
    const suits = !isOfOthers && form.get('model')?.['x-options'] === 'checkpoints';
    if (!suits || !isModelAllowed(name, choice)) return undefined;
    return { name, isOffered: models.some((model) => model.folder === 'checkpoints' && model.name === name) };
  }
  const isItself = engine.workflow === workflow.name;
  // The rules name the file of the workflow's own model.
  const judged = isItself ? (form.get('model')?.default ?? name) : engine.model;
  const isWorkflowAllowed = rules.workflows?.includes(engine.workflow) ?? true;
  const suits = Object.keys(params).every((param) => form.has(param));
  if (!suits || !isWorkflowAllowed || !isModelAllowed(String(judged), choice)) return undefined;
  return { name: engine.model, isOffered: engine.available };
}

function isModelAllowed(name: string, { rules, isAgeRestricted }: ChoiceOfDefaults): boolean {
  const { models, deniedModels = [], nsfwModels = [] } = rules;
  if (models && !models.includes(name)) return false;
  return !deniedModels.includes(name) && (isAgeRestricted || !nsfwModels.includes(name));
}

const isTextAllowed = (text: string, { rules, isAgeRestricted }: ChoiceOfDefaults): boolean =>
  !holdsWord(text, rules.blockedWords) &&
  !holdsPattern(text, rules.blockedPatterns) &&
  (isAgeRestricted || !holdsWord(text, rules.nsfwWords));

const hasDefault = (schema: ParamSchema | undefined): schema is ParamSchema => schema?.default !== undefined;

const fits = (value: number, { minimum = 0, maximum = Infinity, multipleOf = 1 }: ParamSchema): boolean =>
  value >= minimum && value <= maximum && value % multipleOf === 0;
