import type { ModelView } from '@star-graph/api/contract/catalogue/models';
import type { WorkflowView } from '@star-graph/api/contract/catalogue/workflows';
import type { GuildPlaceRules } from '@star-graph/api/contract/guilds/guildPolicy';
import type { PreferencesView } from '@star-graph/api/contract/users/preferences';
import { holdsPattern, holdsWord } from '@star-graph/api/contract/wordRules/wordFilter';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { paramsOf } from './workflowSchema.ts';

type Params = Readonly<Record<string, unknown>>;

export interface ChoiceOfDefaults {
  preferences: PreferencesView;
  rules: GuildPlaceRules;
  isAgeRestricted: boolean;
  workflow: WorkflowView;
  models: readonly ModelView[];
}

export interface ChosenDefaults {
  params: Params;
  /** Default models that no GPU server offers now. */
  missingModels: string[];
}

/**
 * The typed values; for the others the person's defaults, else the server's, else none, which leaves them to the
 * workflow. A default that the place does not allow is skipped.
 */
export function withChosenDefaults(params: Params, choice: ChoiceOfDefaults): ChosenDefaults {
  const { preferences, rules, workflow } = choice;
  const schemas = new Map(paramsOf(workflow));
  const defaults: Record<string, unknown> = {};
  const missingModels: string[] = [];
  if (params.model === undefined && schemas.get('model')?.['x-options'] === 'checkpoints') {
    const wanted = [preferences.model, rules.defaultModel].filter((name) => name !== undefined);
    const allowed = wanted.filter((name) => isModelAllowed(name, choice));
    const offered = allowed.findIndex((name) => isOffered(name, choice.models));
    missingModels.push(...(offered < 0 ? allowed : allowed.slice(0, offered)));
    if (offered >= 0) defaults.model = allowed[offered];
  }
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

function isModelAllowed(name: string, { rules, isAgeRestricted }: ChoiceOfDefaults): boolean {
  const { models, deniedModels = [], nsfwModels = [] } = rules;
  if (models && !models.includes(name)) return false;
  return !deniedModels.includes(name) && (isAgeRestricted || !nsfwModels.includes(name));
}

const isOffered = (name: string, models: readonly ModelView[]): boolean =>
  models.some((model) => model.folder === 'checkpoints' && model.name === name);

const isTextAllowed = (text: string, { rules, isAgeRestricted }: ChoiceOfDefaults): boolean =>
  !holdsWord(text, rules.blockedWords) &&
  !holdsPattern(text, rules.blockedPatterns) &&
  (isAgeRestricted || !holdsWord(text, rules.nsfwWords));

const hasDefault = (schema: ParamSchema | undefined): schema is ParamSchema => schema?.default !== undefined;

const fits = (value: number, { minimum = 0, maximum = Infinity, multipleOf = 1 }: ParamSchema): boolean =>
  value >= minimum && value <= maximum && value % multipleOf === 0;
