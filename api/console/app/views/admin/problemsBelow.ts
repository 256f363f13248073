import { ClientProblem } from '@star-graph/client/clientProblem';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { language } from '@star-graph/ui/texts/language';

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
