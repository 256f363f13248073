import type { GuildPlaceRules, GuildPolicyView } from '@star-graph/api/contract/guilds/guildPolicy';
import { resolvePlaceRules } from '@star-graph/api/contract/guilds/guildRules';
import type { PreferencesView } from '@star-graph/api/contract/users/preferences';
import type { Context } from '../interaction/context.ts';
import type { Place } from '../policy/policies.ts';
import { requireAllowed, type WantedTask, withDefaults } from '../policy/policyCheck.ts';
import { withChosenDefaults } from './chosenDefaults.ts';
import type { GenerationRequest } from './generationRequest.ts';

export interface FittedRequest extends WantedTask {
  /** Default models that no GPU server offers now. */
  missingModels: readonly string[];
}

/** The known place and person of a request. */
export interface Circumstances {
  policy: GuildPolicyView;
  place: Place;
  preferences: PreferencesView;
}

/** The request with the defaults and limits of its person, its place and the policy there. @throws Refusal */
export async function fitRequest(
  { bot, say, client }: Context,
  { policy, place, preferences }: Circumstances,
  { workflow, params, takesDefaults }: GenerationRequest,
): Promise<FittedRequest> {
  const rules = resolvePlaceRules(policy, place);
  const choosesDefaults = takesDefaults === true && hasChosen(preferences, rules);
  const isOfInterest = choosesDefaults || (place.guildId !== null && speaksOfDefaults(rules));
  const offered = isOfInterest ? await bot.catalogue.listWorkflows(client) : [];
  const described = offered.find(({ name }) => name === workflow);
  const chosen =
    choosesDefaults && described
      ? withChosenDefaults(params, {
          preferences,
          rules,
          isAgeRestricted: place.isAgeRestricted,
          workflow: described,
          models: await bot.catalogue.listModels(client),
        })
      : { params, missingModels: [] };
  const { missingModels } = chosen;
  if (place.guildId === null) return { workflow, params: chosen.params, missingModels };
  const wanted = { workflow, ...withDefaults(rules, described, chosen.params) };
  requireAllowed(say, policy, place, wanted);
  return { ...wanted, missingModels };
}

const isAnyThere = (values: readonly unknown[]): boolean => values.some((value) => value !== undefined);

const hasChosen = (
  { model, size, negativePrompt }: PreferencesView,
  { defaultModel, defaultSize, defaultNegativePrompt }: GuildPlaceRules,
): boolean => isAnyThere([model, size, negativePrompt, defaultModel, defaultSize, defaultNegativePrompt]);

/** Whether the rules limit values that a request may leave to its workflow. */
const speaksOfDefaults = (rules: GuildPlaceRules): boolean => {
  const { models, nsfwModels, deniedModels, maxSteps, maxCount, maxMegapixels } = rules;
  return isAnyThere([models, nsfwModels, deniedModels, maxSteps, maxCount, maxMegapixels]);
};
