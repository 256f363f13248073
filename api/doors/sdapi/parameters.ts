import { z } from 'zod';

/** Of all pictures of a request together. */
export const mostPictures = 16;

const whole = (min: number, max: number) => {
  const error = `Choose a whole number from ${min} to ${max}.`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};
const number = z.number({ error: 'Give a number.' });
const text = z.string({ error: 'Give a text.' }).max(32_000, { error: 'Use at most 32000 characters.' });
const name = z.string({ error: 'Give a name.' }).max(255, { error: 'Use at most 255 characters.' });

const anything = z.unknown().optional();

/** What would change the picture and is not there: accepted where it asks for nothing. */
const only = (error: string, ...neutral: readonly (string | number | boolean)[]) =>
  anything
    .refine((value) => value === undefined || value === null || neutral.some((one) => one === value), {
      error,
    })
    .meta({
      description: `Not offered; accepted as ${neutral.map((one) => JSON.stringify(one)).join(' or ')}`,
    });

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

const empty = (error: string) =>
  anything.refine(isEmpty, { error }).meta({ description: 'Not offered; accepted where it is empty' });

/** What is written down or shown, and changes no picture. */
const cosmetic = Object.fromEntries(
  [
    ...['save_images', 'do_not_save_samples', 'do_not_save_grid', 'override_settings_restore_afterwards'],
    ...['force_task_id', 'firstphase_width', 'firstphase_height', 'comments', 'disable_extra_networks'],
    // Of a second pass, which is refused itself.
    ...['hr_scale', 'hr_upscaler', 'hr_second_pass_steps', 'hr_resize_x', 'hr_resize_y', 'hr_sampler_name'],
    ...['hr_scheduler', 'hr_prompt', 'hr_negative_prompt', 'hr_checkpoint_name', 'hr_additional_modules'],
    // SillyTavern sends its own settings along.
    ...['url', 'auth'],
  ].map((key) => [key, anything.meta({ description: 'Accepted, without a meaning here' })] as const),
);

const overrideSchema = z
  .strictObject(
    {
      sd_model_checkpoint: name.nullish(),
      sd_vae: only('The VAE of the model is used. Leave it at Automatic.', '', 'None', 'Automatic'),
      CLIP_stop_at_last_layers: only('Layers of CLIP are not skipped here. Leave it at 1.', 0, 1),
    },
    {
      error: ({ code }) =>
        code === 'unrecognized_keys' ? 'This setting is not offered here. Leave it out.' : 'Give an object.',
    },
  )
  .nullish();

const shared = {
  prompt: text.nullish(),
  negative_prompt: text.nullish(),
  seed: z
    .int({ error: 'Give a whole number, or -1 for a new seed.' })
    .min(-1, { error: 'Give a whole number, or -1 for a new seed.' })
    .nullish(),
  sampler_name: name.nullish(),
  sampler_index: name.nullish().meta({ description: 'The older name of sampler_name' }),
  scheduler: name.nullish(),
  batch_size: whole(1, mostPictures).nullish(),
  n_iter: whole(1, mostPictures).nullish(),
  steps: number.nullish(),
  cfg_scale: number.nullish(),
  width: whole(1, 100_000).nullish().meta({ description: 'Brought to the nearest that the model makes' }),
  height: whole(1, 100_000).nullish(),
  denoising_strength: number.nullish(),
  send_images: z.boolean({ error: 'Choose true or false.' }).nullish(),
  override_settings: overrideSchema,
  alwayson_scripts: empty('Scripts and extensions do not run here.'),
  script_name: only('Scripts do not run here.', '', 'None'),
  script_args: empty('Scripts do not run here.'),
  styles: empty('Styles are not offered. Write them into the prompt.'),
  subseed: anything.meta({ description: 'Counts with subseed_strength alone' }),
  subseed_strength: only('Variations of a seed are not offered.', 0),
  seed_resize_from_h: only('Seeds are not resized here.', -1, 0),
  seed_resize_from_w: only('Seeds are not resized here.', -1, 0),
  restore_faces: only('Faces are not restored here.', false),
  tiling: only('Tiles are not offered.', false),
  eta: only('Eta is not offered.', 0, 1),
  s_churn: only('It is not offered.', 0),
  s_tmin: only('It is not offered.', 0),
  s_tmax: anything,
  s_noise: only('It is not offered.', 1),
  s_min_uncond: only('It is not offered.', 0),
  refiner_checkpoint: only('A refiner is not offered here.', '', 'None'),
  refiner_switch_at: anything.meta({ description: 'Counts with refiner_checkpoint alone' }),
  infotext: only('Give the parameters themselves.', ''),
  clip_skip: only('Layers of CLIP are not skipped here. Leave it at 1.', 0, 1),
  ...cosmetic,
};

const unknown = {
  error: ({ code }: { code?: string }) =>
    code === 'unrecognized_keys' ? 'There is no such parameter here.' : 'Send a JSON object.',
};

export const txt2imgSchema = z.strictObject(
  {
    ...shared,
    enable_hr: only(
      'A second pass is not offered. Enlarge the picture afterwards: extra-single-image.',
      false,
    ),
  },
  unknown,
);

const picture = z
  .string({ error: 'Give the picture as Base64.' })
  .min(1, { error: 'Give the picture as Base64.' })
  .meta({ description: 'Base64, with or without data:image/png;base64, in front' });

/** How another program works a mask, which models here do in their own way. */
export const maskHabits = [
  ...['mask_blur', 'mask_blur_x', 'mask_blur_y', 'mask_round', 'inpainting_fill', 'inpaint_full_res'],
  ...['inpaint_full_res_padding', 'initial_noise_multiplier', 'image_cfg_scale'],
] as const;

export const img2imgSchema = z.strictObject(
  {
    ...shared,
    ...Object.fromEntries(
      maskHabits.map((key) => [key, anything.meta({ description: 'The model does it in its own way' })]),
    ),
    init_images: z
      .array(picture, { error: 'Give a list with the picture.' })
      .min(1, { error: 'Give the picture.' })
      .max(mostPictures, { error: `Send at most ${mostPictures}.` }),
    mask: picture.nullish().meta({ description: 'White where the picture is drawn anew' }),
    inpainting_mask_invert: z
      .union([z.boolean(), z.literal(0), z.literal(1)], { error: 'Choose 0 or 1.' })
      .nullish(),
    resize_mode: only('Choose 0 or 1: the middle of the picture is used.', 0, 1),
    latent_mask: only('Send it as mask.', ''),
    include_init_images: anything,
  },
  unknown,
);

type Txt2img = z.output<typeof txt2imgSchema>;
export type Img2img = z.output<typeof img2imgSchema>;
/** What both ask for. */
export type Asked = Omit<Txt2img, 'enable_hr'>;

const extras = {
  resize_mode: whole(0, 1).nullish().meta({ description: '0: by a factor; 1: to a size' }),
  upscaling_resize: number.nullish().meta({ description: 'Brought to the nearest that the workflow makes' }),
  upscaling_resize_w: whole(1, 100_000).nullish(),
  upscaling_resize_h: whole(1, 100_000).nullish(),
  upscaling_crop: anything.meta({ description: 'Nothing is cut off' }),
  show_extras_results: anything.meta({ description: 'Accepted, without a meaning here' }),
  upscaler_1: name.nullish(),
  upscaler_2: only('One upscaler works at a time.', '', 'None'),
  extras_upscaler_2_visibility: only('One upscaler works at a time.', 0),
  gfpgan_visibility: only('Faces are not restored here.', 0),
  codeformer_visibility: only('Faces are not restored here.', 0),
  codeformer_weight: anything.meta({ description: 'Counts with codeformer_visibility alone' }),
  upscale_first: anything.meta({ description: 'Accepted, without a meaning here' }),
};

export const extrasSchema = z.strictObject({ image: picture, ...extras }, unknown);
export const extrasBatchSchema = z.strictObject(
  {
    imageList: z
      .array(z.looseObject({ data: picture, name: name.nullish() }), { error: 'Give a list of pictures.' })
      .min(1, { error: 'Give a picture.' })
      .max(mostPictures, { error: `Send at most ${mostPictures}.` }),
    ...extras,
  },
  unknown,
);
type Extras = Omit<z.output<typeof extrasSchema>, 'image'>;

export type { Extras };
