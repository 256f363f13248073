import { Button } from '@star-graph/ui/controls/Button.tsx';
import { writeValue } from '@star-graph/ui/form/formDraft';
import type { Studio } from '../studioTypes.ts';
import { texts } from './texts.ts';
import { typing, wildcardCounts } from './wildcards.ts';

/** The operator's lists that begin as what is being typed. */
export function WildcardNames({ studio }: { studio: Studio }) {
  const typed = typing.value?.typed;
  if (typed === undefined) return null;
  const names = [...(wildcardCounts.value?.keys() ?? [])].filter((name) => name.startsWith(typed));
  if (names.length === 0) return null;
  return (
    <fieldset class="create-words" aria-label={texts.wildcards}>
      {names.slice(0, 8).map((name) => (
        <Button key={name} size="small" onClick={() => completeWildcard(studio, name)}>
          {name}
        </Button>
      ))}
    </fieldset>
  );
}

/** Puts the whole name in the place of what is typed of it. */
function completeWildcard({ form, changeDraft }: Studio, name: string): void {
  const place = typing.value;
  typing.value = undefined;
  if (!place) return;
  const { field, start, end } = place;
  const written = `__${name}__`;
  const text = field.value.slice(0, start) + written + field.value.slice(end);
  // Written at once, so that the cursor has its place before the form is drawn.
  field.value = text;
  field.focus();
  field.setSelectionRange(start + written.length, start + written.length);
  changeDraft((draft) => writeValue(form, draft, 'prompt', text));
}
