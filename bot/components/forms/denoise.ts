import { describeParam } from '@star-graph/workflows/params/shippedParams';
import { Refusal } from '../../replies/problems.ts';
import type { Messages } from '../../replies/texts/en.ts';

const { minimum = 0, maximum = 1 } = describeParam('img2img', 'denoise');

/** The id of the field for how much is drawn anew. */
export const denoiseLabel = ({ field }: Messages): string => field.denoise(minimum, maximum);

/** A decimal comma is accepted. Undefined: left to the workflow. @throws Refusal for an invalid number */
export function parseDenoise(say: Messages, text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const denoise = Number(text.trim().replace(',', '.'));
  if (!(denoise >= minimum && denoise <= maximum)) throw new Refusal(say.badOption(denoiseLabel(say)));
  return denoise;
}
