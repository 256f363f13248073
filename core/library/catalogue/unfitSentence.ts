import type { ModelRequirement } from '@star-graph/workflows';

export type ModelFiles = readonly ModelRequirement[];

/** For the person, so the names are those in the lists of models. */
export function unfitSentence(models: ModelFiles): string {
  const names = models.map(({ name }) => name);
  const [only, ...others] = names;
  return others.length === 0
    ? `The model ${only} does not run on the GPU servers: its file is damaged or of another kind. Choose another model.`
    : `The models ${names.join(', ')} do not fit each other. Choose others in place of some of them.`;
}
