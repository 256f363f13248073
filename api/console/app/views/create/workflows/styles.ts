import { signal } from '@preact/signals';
import type { StyleView } from '@star-graph/contract/catalogue/styles';
import { withStyle } from '@star-graph/ui/form/applyStyle';
import { language } from '@star-graph/ui/texts/language';
import { api } from '../../../session/session.ts';
import { draftOf } from '../draft/drafts.ts';
import type { Studio } from '../studioTypes.ts';
import { chooseWorkflow, groupOf } from '../workflows/groupWorkflows.ts';
import { texts } from './styleTexts.ts';

/** Those on offer; none until they have come. */
export const styles = signal<readonly StyleView[]>([]);
let asking: Promise<void> | undefined;

/** Once for the page. Without them Create does everything else. */
export function loadStyles(): Promise<void> {
  asking ??= api.listStyles({}).then(
    ({ items }) => {
      styles.value = items;
    },
    () => {
      asking = undefined;
    },
  );
  return asking;
}

/** The form that draws from words, filled with what a sample shows and how. */
export function makeOneLike(studio: Studio, style: StyleView): void {
  const { listed, workflow, userId, fillIn } = studio;
  const target = groupOf(workflow) === 'text' ? workflow : chooseWorkflow(listed, 'text2img');
  if (!target) return;
  const { value } = draftOf(userId, target.name);
  const prompt = withStyle([], style.subject[language.value], 'words', style);
  const filled = { ...value, values: { ...value.values, prompt, negativePrompt: style.avoid } };
  fillIn(target, filled, texts.filled(style.title[language.value]));
}
