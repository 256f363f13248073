import { describeParam } from '@star-graph/workflows/params/shippedParams';
import { Refusal } from '../../replies/problems.ts';
import type { Messages } from '../../replies/texts/en/en.ts';

const { minimum = 0, maximum = 1 } = describeParam('img2img', 'denoise');

/** What the field of a form is called that asks how much is drawn anew. */
export const denoiseLabel = ({ field }: Messages): string => field.denoise(minimum, maximum);

/** A comma as the decimal sign is as good. Undefined: left to the workflow. @throws Refusal for what is no such number */
export function parseDenoise(say: Messages, text: string): number | undefined {
  if (text.trim() === '') return undefined;
  const denoise = Number(text.trim().replace(',', '.'));
  if (!(denoise >= minimum && denoise <= maximum)) throw new Refusal(say.badOption(denoiseLabel(say)));
  return denoise;
}
