import { guildPolicySchema } from '@star-graph/contract/guilds/guildPolicy';
import { patternSchema, wordSchema } from '@star-graph/contract/safety/wordRules';

/* What the API takes, for the options that Discord checks before. */

const { shape } = guildPolicySchema;

export type NumericRule =
  | 'dailyTasksPerMember'
  | 'galleryStars'
  | 'maxCount'
  | 'maxFrames'
  | 'maxMegapixels'
  | 'maxSeconds'
  | 'maxSteps'
  | 'pricePercent'
  | 'sharedCreditsPerDay';

export const greatestOf = (rule: NumericRule): number =>
  shape[rule].unwrap().maxValue ?? Number.MAX_SAFE_INTEGER;

/** Discord's own bound for a text. */
const charactersAtMost = 6_000;
const longestOf = ({ maxLength }: { maxLength: number | null }): number => maxLength ?? charactersAtMost;

export const mostCharacters = {
  exploreName: longestOf(shape.exploreName.unwrap()),
  model: longestOf(shape.defaultModel.unwrap()),
  negativePrompt: longestOf(shape.defaultNegativePrompt.unwrap()),
  workflow: longestOf(shape.workflows.unwrap().element),
  word: longestOf(wordSchema),
  pattern: longestOf(patternSchema),
};
