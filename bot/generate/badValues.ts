import { ClientProblem } from '@star-graph/client/clientProblem';
import { describeRequest } from '@star-graph/contract/catalogue/engineForms';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { WantedTask } from '@star-graph/contract/guilds/placeFaults';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { titleOfParam } from '../components/forms/settingsText.ts';
import type { Context } from '../interaction/context.ts';
import { listParams, Refusal } from '../replies/problems.ts';
import type { Messages } from '../replies/texts/en.ts';
import type { Locale } from '../replies/texts/locale.ts';
import { paramsOf } from './workflowSchema.ts';

/**
 * Says which limit a refused value broke, and what it may be.
 * @throws Refusal for such values, and other errors as they are.
 */
export async function explainValues(
  context: Context,
  { workflow, params }: WantedTask,
  error: unknown,
): Promise<never> {
  const isOfValues = error instanceof ClientProblem && error.code === 'invalid-params';
  if (!isOfValues || listParams(error).length === 0) throw error;
  const { bot, client, say, locale } = context;
  const listed = await bot.catalogue.listWorkflows(client);
  const view = listed.find(({ name }) => name === workflow);
  const described = view && describeRequest(listed, view, params);
  throw new Refusal(presentBadValues({ say, locale }, described, error, params));
}

/**
 * @param error with pointers to the parameters of the workflow; several may be one option of a command.
 * @param given what the request had.
 */
export function presentBadValues(
  { say, locale }: { say: Messages; locale: Locale },
  workflow: WorkflowView | undefined,
  error: ClientProblem,
  given: Readonly<Record<string, unknown>>,
): string {
  const options: Record<string, string> = say.option;
  const { required = [] }: ParamSchema = workflow?.params ?? {};
  const schemas = new Map(workflow ? paramsOf(workflow) : []);
  const told = new Map<string, string | undefined>();
  for (const { param, message } of listParams(error)) {
    const schema = schemas.get(param);
    const name = options[param] ?? titleOfParam(param, schema, locale);
    const isLacking = given[param] === undefined && required.includes(param);
    const limit = isLacking
      ? say.limit.needed
      : presentLimit(say, schema, { param, message, model: workflow?.model });
    told.set(name, told.get(name) ?? limit);
  }
  const values = [...told].map(([name, limit]) => (limit === undefined ? name : say.limited(name, limit)));
  return say.badOption(say.list(values));
}

/** Finds the limit in the API's sentence about an area. */
const area = /at most ([\d.]+) megapixels/;
/** In the API's sentence about a size that follows from a picture. */
const result = /would be (\d+) × (\d+) pixels/;
/** In the API's sentence about a number between those that a model takes. */
const nearest = /^Choose (\d+) or (\d+):/;
/** In the API's sentence about a parameter that the chosen engine does not have. */
const notTaken = /^(.+) takes no such parameter/;
/** The same of the workflow that was asked for, where no engine takes the request. */
const unknown = /^There is no such parameter/;
const sides = ['width', 'height'];
const choicesShown = 10;

function presentLimit(
  { limit }: Messages,
  schema: ParamSchema | undefined,
  { param, message, model }: { param: string; message: string; model: string | undefined },
): string | undefined {
  const [, megapixels] = area.exec(message) ?? [];
  if (megapixels !== undefined) return limit.area(megapixels);
  const [, width, height] = sides.includes(param) ? [] : (result.exec(message) ?? []);
  if (width !== undefined && height !== undefined) return limit.result(width, height);
  const [, below, above] = nearest.exec(message) ?? [];
  if (below !== undefined && above !== undefined) return limit.nearest(below, above);
  const [, engine] = notTaken.exec(message) ?? [];
  if (engine !== undefined) return limit.notTaken(engine);
  if (model !== undefined && unknown.test(message)) return limit.notTaken(model);
  if (schema?.['x-options'] !== undefined) return limit.listed;
  const { minimum, maximum, multipleOf = 1, maxLength, enum: choices } = schema ?? {};
  if (minimum !== undefined && maximum !== undefined)
    return sides.includes(param) ? limit.sides(minimum, maximum, multipleOf) : limit.range(minimum, maximum);
  if (maxLength !== undefined) return limit.characters(maxLength);
  if (choices === undefined) return undefined;
  return choices.length <= choicesShown ? limit.choices(choices.map(String)) : limit.listed;
}
