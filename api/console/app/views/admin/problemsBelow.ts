import { ClientProblem } from '../../../../client/clientProblem.ts';
import { defineTexts } from '../../../../ui/texts/defineTexts.ts';
import { language } from '../../../../ui/texts/language.ts';

const texts = defineTexts({ refused: { en: 'This value was refused.', 'zh-CN': '此值不可用，请检查。' } });

/** The words beside the fields below one of a request, by the rest of their way: `en` of `/message/en`. */
export function problemsBelow(error: unknown, field: string): Readonly<Record<string, string>> {
  if (!(error instanceof ClientProblem)) return {};
  const start = `/${field}/`;
  return Object.fromEntries(
    (error.problem.errors ?? [])
      .filter(({ pointer }) => pointer.startsWith(start))
      .map(({ pointer, message }) => [
        pointer.slice(start.length),
        language.value === 'en' ? message : texts.refused,
      ]),
  );
}
