import { useEffect, useState } from 'preact/hooks';
import { ClientProblem } from '../../../../client/clientProblem.ts';
import type { ProblemView } from '../../../../contract/problems.ts';
import { findFaults } from '../../../../ui/form/model/findFaults.ts';
import { toRequest } from '../../../../ui/form/model/formDraft.ts';
import { openCount } from '../../live/live.ts';
import { rememberPrompt } from './draft/promptHistory.ts';
import { press, presses } from './requests/presses.ts';
import { type Quoted, useQuote } from './requests/useQuote.ts';
import { wishOf } from './requests/wishOf.ts';
import { filledIn, type Studio, useDraft } from './studio.ts';

/** Sending the open form. */
export interface Create {
  quoted: Quoted;
  /** Whether what is missing is shown: from the first try on. */
  isChecked: boolean;
  /** What the server said about single fields. */
  errors: ProblemView['errors'];
  /** @returns whether something was sent; otherwise the field that is missing has the focus. */
  send(): boolean;
}

export function useCreate(studio: Studio): Create {
  const { workflow, form, userId } = studio;
  const draft = useDraft(studio);
  const [checked, setChecked] = useState<string>();
  const faults = findFaults(form, draft);
  const quoted = useQuote(
    workflow.name,
    faults.length === 0 ? toRequest(form, draft) : undefined,
    openCount.value,
  );
  useEffect(() => {
    if (filledIn.value !== workflow.name) return;
    filledIn.value = undefined;
    // Whoever goes by keys goes on where something is missing.
    focusField(faults[0]?.field.name ?? 'prompt');
  }, [filledIn.value, workflow.name]);
  return {
    quoted,
    isChecked: checked === workflow.name,
    errors: errorsOf(quoted.error) ?? errorsOf(presses.value.find(isOf(workflow.name))?.error),
    send() {
      setChecked(workflow.name);
      const [fault] = faults;
      if (fault) {
        focusField(fault.field.name);
        return false;
      }
      const wish = wishOf(workflow.name, form, draft);
      press(wish);
      rememberPrompt(userId, wish.params.prompt);
      return true;
    },
  };
}

const isOf = (name: string) => (one: { workflow: string; state: string }) =>
  one.workflow === name && one.state === 'refused';

const errorsOf = (error: unknown): ProblemView['errors'] =>
  error instanceof ClientProblem ? error.problem.errors : undefined;

function focusField(name: string): void {
  const field = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const control = field?.querySelector<HTMLElement>('textarea, input, button');
  // What cannot take the focus yet leaves it to its place.
  const place = control?.matches(':disabled') ? control.closest<HTMLElement>('[tabindex]') : control;
  place?.focus();
}
