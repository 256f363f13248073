import type { WorkflowView } from '@star-graph/api/contract/catalogue/workflows';
import { resolvePlaceRules } from '@star-graph/api/contract/guilds/guildRules';
import type { ModalSubmitInteraction } from 'discord.js';
import { takePicture } from '../../generate/attachments.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { answerFirst, deferReply } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { audienceOfResult, placeOf } from '../../interaction/place.ts';
import { findInTime } from '../../interaction/withTimeout.ts';
import { hasOwnCommand } from '../../policy/policyCheck.ts';
import { Refusal } from '../../replies/problems.ts';
import type { FormOpener } from './formFields.ts';
import type { FormId } from './formId.ts';
import {
  createWorkflowForm,
  type FormPlan,
  planForm,
  titleOfParam,
  type WorkflowField,
} from './workflowForm.ts';

type RunId = Extract<FormId, { form: 'run' }>;

/** A form has to be the first answer: the API may take this long to describe the workflow. */
const soonMs = 1_500;

/** Asks for the parameters of an operator's workflow. @throws Refusal */
export async function openRunForm(context: Context, interaction: FormOpener, id: RunId): Promise<void> {
  const { bot, client, say } = context;
  const listed = await findInTime(bot.clock, bot.catalogue.listWorkflows(client), soonMs);
  if (!listed) throw new Refusal(say.unreachable);
  const workflow = requireWorkflow(context, listed, id.workflow);
  const plan = requirePlan(context, workflow, id);
  const cost = await findUsualPrice(context, interaction, workflow);
  await answerFirst(() => interaction.showModal(createWorkflowForm(context, workflow, plan, id, cost)));
}

/**
 * The catalogue's price of the initial values. Undefined if the place has its own price or limits, which would need a
 * request.
 */
async function findUsualPrice(
  { bot }: Context,
  interaction: FormOpener,
  { exampleCost }: WorkflowView,
): Promise<number | undefined> {
  const policy = await bot.policies.findSoon(interaction.guildId);
  if (!policy) return undefined;
  const { pricePercent = 100, maxSteps, maxCount } = resolvePlaceRules(policy, placeOf(interaction));
  const isUsual = pricePercent === 100 && maxSteps === undefined && maxCount === undefined;
  return isUsual ? exampleCost : undefined;
}

/** A workflow that operators added; the others have their own commands. @throws Refusal */
export function requireWorkflow(
  { say }: Context,
  listed: readonly WorkflowView[],
  name: string,
): WorkflowView {
  const workflow = listed.find((one) => one.name === name);
  if (!workflow || hasOwnCommand(name)) throw new Refusal(say.noSuchWorkflow);
  return workflow;
}

function requirePlan({ say }: Context, workflow: WorkflowView, { assetId }: RunId): FormPlan {
  const plan = planForm(workflow, assetId !== undefined);
  if (!plan) throw new Refusal(say.formTooSmall);
  if (assetId !== undefined && plan.attachedParam === undefined) throw new Refusal(say.takesNoPicture);
  return plan;
}

export async function submitRun(
  context: Context,
  interaction: ModalSubmitInteraction,
  id: RunId,
): Promise<void> {
  const messageId = await deferReply(interaction, audienceOfResult(context, interaction));
  const { bot, client } = context;
  const workflow = requireWorkflow(context, await bot.catalogue.listWorkflows(client), id.workflow);
  const plan = requirePlan(context, workflow, id);
  const params: Record<string, unknown> = {};
  if (plan.attachedParam !== undefined) params[plan.attachedParam] = id.assetId;
  for (const field of plan.fields) {
    const value = await readField(context, interaction, field);
    if (value !== undefined) params[field.param] = value;
  }
  await startGeneration(context, interaction, { workflow: workflow.name, params }, messageId);
}

/** Undefined: left empty. The workflow's own schema checks the typed value afterwards. */
async function readField(
  context: Context,
  { fields }: ModalSubmitInteraction,
  field: WorkflowField,
): Promise<unknown> {
  const { param, kind, schema } = field;
  // The form may have been made for another version of the workflow.
  if (!fields.fields.has(param)) return undefined;
  if (kind === 'picture') {
    const picture = fields.getUploadedFiles(param)?.first();
    return picture && (await takePicture(context, picture)).id;
  }
  if (kind === 'choice') {
    const [chosen] = fields.getStringSelectValues(param);
    return chosen === undefined ? undefined : toChoice(schema, chosen);
  }
  const text = fields.getTextInputValue(param);
  if (text.trim() === '') return undefined;
  if (kind === 'text') return text;
  const number = Number(text.trim().replace(',', '.'));
  if (Number.isNaN(number))
    throw new Refusal(context.say.badOption(titleOfParam(param, schema, context.locale)));
  return number;
}

const toChoice = ({ type, enum: choices = [] }: WorkflowField['schema'], chosen: string): unknown =>
  type === 'boolean' ? chosen === 'true' : choices.find((choice) => String(choice) === chosen);
