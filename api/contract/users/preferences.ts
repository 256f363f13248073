import { z } from 'zod';

/** The length limit of a default text. */
export const defaultTextCharacters = 1_000;

const defaultSideSchema = z.int().min(256).max(2_048).multipleOf(8, { error: 'Use a multiple of 8.' });

const defaultAreaAtMost = 3_145_728;

export const defaultSizeSchema = z
  .strictObject({ width: defaultSideSchema, height: defaultSideSchema })
  .refine(({ width, height }) => width * height <= defaultAreaAtMost, { error: 'At most 3 megapixels.' });

const preferenceShape = {
  model: z.string().min(1).max(255),
  size: defaultSizeSchema,
  negativePrompt: z.string().min(1).max(defaultTextCharacters),
  pingWhenDone: z.boolean(),
  askAboveCredits: z.int().min(0).max(1_000_000).meta({
    description: 'A press whose price was not shown asks first where it costs more; absent: 10',
  }),
  tellChanges: z.boolean().meta({
    description:
      'false: no message at Discord about changes to your ways in; absent: yes, where you have no e-mail address here',
  }),
};

/** A person's defaults, in every server. */
export const preferencesSchema = z.strictObject(preferenceShape).partial().meta({ id: 'Preferences' });
export type PreferencesView = z.output<typeof preferencesSchema>;

/** Absent values stay unchanged; null removes a value. */
export const preferencesPatchSchema = z
  .strictObject({
    model: preferenceShape.model.nullable(),
    size: preferenceShape.size.nullable(),
    negativePrompt: preferenceShape.negativePrompt.nullable(),
    pingWhenDone: preferenceShape.pingWhenDone.nullable(),
    askAboveCredits: preferenceShape.askAboveCredits.nullable(),
    tellChanges: preferenceShape.tellChanges.nullable(),
  })
  .partial()
  .meta({ id: 'PreferencesPatch' });
export type PreferencesPatch = z.output<typeof preferencesPatchSchema>;
