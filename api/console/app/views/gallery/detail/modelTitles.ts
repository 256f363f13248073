import { signal } from '@preact/signals';
import type { ModelView } from '../../../../../contract/catalogue/models.ts';
import { language } from '../../../../../ui/texts/language.ts';
import { api } from '../../../session/session.ts';

const models = signal<readonly ModelView[] | undefined>(undefined);
let asked = false;

/** The name that people read; the file's name until it is known, and for a model that is gone. */
export function titleModel(file: string | undefined): string | undefined {
  const found = models.value?.find(({ name }) => name === file);
  return found?.title[language.value] ?? file;
}

/** Asks once a visit; a failure is made up for by the next picture. */
export async function loadModelTitles(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    const found: ModelView[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: ModelView[]; nextCursor: string | null } = await api.listModels({
        query: { limit: 100, ...(cursor !== null && { cursor }) },
      });
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    models.value = found;
  } catch {
    // The file's name does until then.
    asked = false;
  }
}
