import type { Form } from '@star-graph/ui/form/createForm';
import { isAssetValue } from '@star-graph/ui/form/fitValue';
import { type FormDraft, readSize, readValue, toRequest } from '@star-graph/ui/form/formDraft';
import { remixing } from './remixing.ts';
import type { Wish } from './wish.ts';

/** What a filled-in form asks for. */
export function wishOf(workflow: string, form: Form, draft: FormDraft): Wish {
  const count = form.fields.find(({ name }) => name === 'count');
  const asked = count && readValue(form, draft, count);
  const parent = remixing.value?.workflow === workflow ? remixing.value.parentId : undefined;
  return {
    workflow,
    params: toRequest(form, draft),
    ...(parent !== undefined && { meta: { parentId: parent } }),
    count: typeof asked === 'number' ? asked : 1,
    aspect: aspectOf(form, draft),
  };
}

/** What a price depends on: words and seeds change none. */
export const keyOfPrice = ({ prompt: _prompt, seed: _seed, ...rest }: Readonly<Record<string, unknown>>) =>
  JSON.stringify(rest);

/** Of the result, as far as the form tells: its own size, else that of the picture it starts from. */
function aspectOf(form: Form, draft: FormDraft): number {
  for (const field of form.fields) {
    if (field.kind !== 'size') continue;
    const { width, height } = readSize(form, draft, field);
    if (width && height) return width / height;
  }
  for (const field of form.fields) {
    const picture = field.kind === 'asset' ? readValue(form, draft, field) : undefined;
    if (isAssetValue(picture) && picture.width && picture.height) return picture.width / picture.height;
  }
  return 1;
}
