import { z } from 'zod';
import { isUrl, listOf, web, whole } from './values.ts';

const thresholdPattern = /^[a-z_]{1,30}:(0(\.\d+)?|1(\.0+)?)$/;

/** What looks at pictures before anybody is shown them. */
export const safetyEnv = {
  SAFETY_CLASSIFIER: z
    .enum(['off', 'local', 'http'])
    .default('off')
    .describe('Who looks at uploads and results first: off, local (a small network in this process), http'),
  SAFETY_URL: z
    .string()
    .refine((text) => isUrl(text, web), { message: 'must be a URL that begins with http:// or https://' })
    .optional()
    .describe('Address that gets each picture by POST, for SAFETY_CLASSIFIER=http'),
  SAFETY_THRESHOLDS: listOf(
    (item) => thresholdPattern.test(item),
    'must be class:score pairs, a score from 0 to 1',
  )
    .prefault('porn:0.85,hentai:0.85')
    .describe('Scores of classes from which a picture is not shown: class:score,…'),
  SAFETY_ACTION: z
    .enum(['quarantine', 'label'])
    .default('quarantine')
    .describe('quarantine: such results are withheld, such uploads refused; label: moderators are told only'),
  SAFETY_ON_FAILURE: z
    .enum(['closed', 'open'])
    .default('closed')
    .describe('When the classifier does not answer. closed: results wait for it; open: they are shown'),
  SAFETY_TIMEOUT_SECONDS: whole(20, 1, 120).describe('How long the classifier may take for one picture'),
};
