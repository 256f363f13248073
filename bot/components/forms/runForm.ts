import { nameServed } from '@star-graph/contract/catalogue/fittingWorkflows';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { type FileKind, isFileKind } from '@star-graph/workflows/shared/mediaKinds';
import { priceAt } from '@star-graph/workflows/shared/priceAt';
import { ComponentType, type ModalSubmitInteraction } from 'discord.js';
import { takeFile } from '../../generate/attachments.ts';
import { takeMask } from '../../generate/masks.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import { paramsOf } from '../../generate/workflowSchema.ts';
import { answerFirst, deferReply } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { audienceOfResult, findPricePercent } from '../../interaction/place.ts';
import { findInTime } from '../../interaction/withTimeout.ts';
import { Refusal } from '../../replies/problems.ts';
import type { FormOpener } from './formFields.ts';
import type { FormId } from './formId.ts';
import { isTypable, readSettings, titleOfParam } from './settingsText.ts';
import {
  createWorkflowForm,
  type FormPlan,
  planForm,
  settingsId,
  type WorkflowField,
} from './workflowForm.ts';

type RunId = Extract<FormId, { form: 'run' }>;

/** A form has to be the first answer: the API may take this long to describe the workflow. */
const soonMs = 1_500;

/** Asks for the parameters of a workflow. @throws Refusal */
export async function openRunForm(context: Context, interaction: FormOpener, id: RunId): Promise<void> {
  const { bot, client, say } = context;
  const listed = await findInTime(bot.clock, bot.catalogue.listWorkflows(client), soonMs);
  if (!listed) throw new Refusal(say.unreachable);
  const workflow = requireWorkflow(context, listed, id.workflow);
  const plan = requirePlan(context, workflow, attachedTo(id));
  if (isEmpty(plan)) return runAtOnce(context, interaction, plan, id);
  const percent = await findPricePercent(context, interaction);
  const cost = percent === undefined ? undefined : priceAt(workflow.leastCost, percent);
  await answerFirst(() => interaction.showModal(createWorkflowForm(context, workflow, plan, id, cost)));
}

const isEmpty = ({ fields, settings, leftOut }: FormPlan): boolean =>
  fields.length + settings.length + leftOut.length === 0;

/** Discord has no form without fields. A second press asks for the same task. */
async function runAtOnce(
  context: Context,
  interaction: FormOpener,
  { attachedParam }: FormPlan,
  { workflow, assetId }: RunId,
): Promise<void> {
  const knownPolicy = await context.bot.policies.findSoon(interaction.guildId);
  const messageId = await deferReply(interaction, audienceOfResult({ ...context, knownPolicy }, interaction));
  const request =
    attachedParam === undefined || assetId === undefined
      ? { workflow, params: {} }
      : { workflow, params: { [attachedParam]: assetId }, idempotencyKey: assetId };
  await startGeneration(context, interaction, request, messageId);
}

/** @throws Refusal */
export function requireWorkflow(
  { say }: Context,
  listed: readonly WorkflowView[],
  name: string,
): WorkflowView {
  const workflow = listed.find((one) => one.name === name);
  if (!workflow) throw new Refusal(say.noSuchWorkflow);
  return workflow;
}

/** @param attached what was attached to the command. @throws Refusal */
export function requirePlan(
  { say }: Context,
  workflow: WorkflowView,
  attached: FileKind | undefined,
): FormPlan {
  const plan = planForm(workflow, attached);
  if (!plan) throw new Refusal(say.formTooSmall);
  if (attached !== undefined && plan.attachedParam === undefined)
    throw new Refusal(
      { image: say.takesNoPicture, video: say.takesNoVideo, audio: say.takesNoSound }[attached],
    );
  return plan;
}

const attachedTo = ({ assetId, kind }: RunId): FileKind | undefined =>
  assetId === undefined ? undefined : (kind ?? 'image');

export async function submitRun(
  context: Context,
  interaction: ModalSubmitInteraction,
  id: RunId,
): Promise<void> {
  const messageId = await deferReply(interaction, audienceOfResult(context, interaction));
  const { bot, client } = context;
  const listed = await bot.catalogue.listWorkflows(client);
  const workflow = requireWorkflow(context, listed, id.workflow);
  const plan = requirePlan(context, workflow, attachedTo(id));
  const isInpaint = nameServed(listed, workflow.name) === 'inpaint';
  const params: Record<string, unknown> = {};
  if (plan.attachedParam !== undefined) params[plan.attachedParam] = id.assetId;
  for (const field of plan.fields) {
    // The form may have been made for another version of the workflow.
    if (!interaction.fields.fields.has(field.param)) continue;
    if (field.kind === 'file' || field.kind === 'pictures') {
      Object.assign(
        params,
        await readFiles(context, interaction, field, isInpaint ? params.image : undefined),
      );
      continue;
    }
    const value = readField(context, interaction, field);
    if (value !== undefined) params[field.param] = value;
  }
  if (interaction.fields.fields.has(settingsId)) {
    const settings = paramsOf(workflow).filter(([, schema]) => isTypable(schema));
    const text = interaction.fields.getTextInputValue(settingsId);
    Object.assign(params, readSettings(context, text, settings));
  }
  await startGeneration(context, interaction, { workflow: workflow.name, params }, messageId);
}

/** Copies of the files of one field, by parameter. @param masked the picture that a mask has to fit. */
async function readFiles(
  context: Context,
  { fields }: ModalSubmitInteraction,
  { param, schema, inTurn }: WorkflowField,
  masked: unknown,
): Promise<Record<string, unknown>> {
  const field = fields.getField(param, ComponentType.FileUpload);
  const given = field.values.map((id) => field.attachments?.get(id));
  const places = inTurn?.map(([one]) => one) ?? [param];
  const taken: Record<string, unknown> = {};
  for (const [at, place] of places.entries()) {
    const file = given[at];
    if (!file) continue;
    const asset =
      place === 'mask' && typeof masked === 'string'
        ? await takeMask(context, file, await context.client.getAsset({ params: { id: masked } }))
        : await takeFile(context, file, isFileKind(schema['x-asset']) ? schema['x-asset'] : 'image');
    taken[place] = asset.id;
  }
  return taken;
}

/** Undefined: left empty. The workflow's own schema checks the typed value afterwards. */
function readField(
  context: Context,
  { fields }: ModalSubmitInteraction,
  { param, kind, schema }: WorkflowField,
): unknown {
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
