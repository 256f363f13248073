import { chooseSdapiModel, findSdapiModel } from '@star-graph/core/people/identity/credentials/sdapiModel';
import { z } from 'zod';
import type { ApiMiddleware } from '../../apiContext.ts';
import { workflowNamesOf } from '../findModel.ts';
import { parseBody, refused } from './parseBody.ts';
import { callerOf, type KeyCaller, type SdapiDeps } from './sdapiDeps.ts';

/** What cannot be changed here, as programs read it and post it back. */
const fixed = {
  sd_checkpoint_hash: '',
  sd_vae: 'Automatic',
  CLIP_stop_at_last_layers: 1,
  samples_format: 'png',
  live_previews_enable: true,
  live_previews_image_format: 'png',
} as const;

const unchanged = { error: 'This cannot be changed here.' };

export const optionsSchema = z.strictObject(
  {
    sd_model_checkpoint: z
      .string()
      .max(255)
      .nullish()
      .meta({ description: 'Of further requests with the same key' }),
    ...Object.fromEntries(
      Object.entries(fixed).map(([name, value]) => [name, z.literal(value, unchanged).nullish()] as const),
    ),
  },
  {
    error: ({ code }) => (code === 'unrecognized_keys' ? unchanged.error : 'Send a JSON object of options.'),
  },
);

/** What a program gets that chose no model. */
const namelessModel = 'gpt-image-1';

/** The model that the program of a key chose. */
export const readModel = async (deps: SdapiDeps, { kind, apiKeyId }: KeyCaller): Promise<string> =>
  (kind === 'key' ? await findSdapiModel(deps.database, apiKeyId) : undefined) ?? namelessModel;

export const showOptions =
  (deps: SdapiDeps): ApiMiddleware =>
  async (ctx) => {
    ctx.body = { sd_model_checkpoint: await readModel(deps, callerOf(ctx)), ...fixed };
  };

/** Programs post back everything that they were shown, with one value changed. */
export const changeOptions =
  (deps: SdapiDeps): ApiMiddleware =>
  async (ctx) => {
    const caller = callerOf(ctx);
    const { sd_model_checkpoint: model } = parseBody(optionsSchema, ctx.request.body);
    if (typeof model === 'string' && !(await isKnown(deps, caller, model)))
      throw refused([
        { pointer: '/sd_model_checkpoint', message: 'GET /sdapi/v1/sd-models lists the models.' },
      ]);
    // A choice is the key's, and this key is that of many people.
    if (caller.kind === 'delegate' && typeof model === 'string' && model !== (await readModel(deps, caller)))
      throw refused([
        { pointer: '/sd_model_checkpoint', message: 'Choose it in each request, by override_settings.' },
      ]);
    if (model !== undefined && caller.kind === 'key')
      await chooseSdapiModel(deps.database, caller.apiKeyId, model ?? undefined);
    ctx.type = 'application/json';
    ctx.body = 'null';
  };

/** Any name of the operator's leads somewhere, also one that is not listed because another one does too. */
async function isKnown(
  deps: SdapiDeps,
  caller: ReturnType<typeof callerOf>,
  model: string,
): Promise<boolean> {
  const listed = await deps.choices.listModels(caller);
  if (listed.includes(model)) return true;
  const { MODEL_ALIASES: aliases } = deps.settings.latest;
  return (
    Object.hasOwn(aliases, model) && workflowNamesOf(aliases, model).some((name) => listed.includes(name))
  );
}
