import { ClientProblem } from '@star-graph/client/clientProblem';
import type { ProblemView } from '@star-graph/contract/problems';
import { findFaults } from '@star-graph/ui/form/findFaults';
import { toRequest } from '@star-graph/ui/form/formDraft';
import type { Uploads } from '@star-graph/ui/form/useUploads';
import { countVariants, listVariants, mostVariants } from '@star-graph/workflows/translation/promptVariants';
import { useEffect, useState } from 'preact/hooks';
import { openCount } from '../../data/live.ts';
import { filledIn } from './draft/filledIn.ts';
import { useWildcards, type Wildcards } from './draft/wildcards.ts';
import { uploads as beside } from './pictures/uploads.ts';
import { press, pressAll, presses } from './presses.ts';
import { painting } from './results/chosen.ts';
import { type Studio, useDraft } from './studio.ts';
import { type Quoted, useQuote } from './useQuote.ts';
import { wishOf } from './wishOf.ts';

/** Sending the open form. */
export interface Create {
  /** Of all that one press makes. */
  quoted: Quoted;
  /** How many prompts the words stand for: each makes a task of its own. */
  variants: number;
  /** What each of them takes of the operator's lists. */
  wildcards: Wildcards;
  /** Whether what is missing is shown: from the first try on. */
  isChecked: boolean;
  /** What the server said about single fields. */
  errors: ProblemView['errors'];
  /** Pressed while pictures are on their way: it is sent when they are there. */
  isWaiting: boolean;
  /**
   * @param coming a field whose picture has just begun its way
   * @returns whether it is sent, now or later; otherwise the field that is missing has the focus.
   */
  send(coming?: string): boolean;
}

/** @param onFilledIn a form was filled in from elsewhere, and this field of it is missing. */
export function useCreate(
  studio: Studio,
  uploads: Pick<Uploads, 'find' | 'running' | 'failed'>,
  onFilledIn: (missing: string | undefined) => void,
): Create {
  const { workflow, form } = studio;
  const draft = useDraft(studio);
  const [checked, setChecked] = useState<string>();
  const faults = findFaults(form, draft);
  const request = faults.length === 0 ? toRequest(form, draft) : undefined;
  const variants = countVariants(promptOf(request));
  const isTooMuch = variants > mostVariants;
  const wildcards = useWildcards(promptOf(request));
  const quoted = multiply(
    useQuote(workflow.name, isTooMuch ? undefined : request, openCount.value),
    variants,
  );
  useEffect(() => {
    if (filledIn.value !== workflow.name) return;
    filledIn.value = undefined;
    onFilledIn(faults[0]?.field.name);
    // Whoever goes by keys goes on where something is missing; who paints already stands there.
    if (painting.value === undefined) focusField(faults[0]?.field.name ?? 'prompt');
  }, [filledIn.value, workflow.name]);
  const isUploading = uploads.running > 0 || beside.value.some(({ fault }) => fault === undefined);
  const [waiting, setWaiting] = useState<string>();
  const isWaiting = waiting === workflow.name;
  const send = (coming?: string) => {
    setChecked(workflow.name);
    setWaiting(undefined);
    // What is on its way is not missing.
    const missing = faults.filter(
      ({ field: { name } }) => name !== coming && uploads.find(name)?.state !== 'running',
    );
    const [fault] = missing;
    if (fault) {
      focusField(fault.field.name);
      return false;
    }
    if (wildcards.fault !== undefined) {
      focusField('prompt');
      return false;
    }
    if (isUploading || wildcards.isLoading || coming !== undefined) {
      setWaiting(workflow.name);
      return true;
    }
    if (isTooMuch) {
      focusField('prompt');
      return false;
    }
    const wish = wishOf(workflow.name, form, draft);
    const prompt = promptOf(wish.params);
    if (prompt === '') press(wish);
    // The first one is looked at, so it is pressed last.
    else {
      const fill = (one: string) => ({ ...wish, params: { ...wish.params, prompt: wildcards.fill(one) } });
      pressAll(listVariants(prompt).toReversed().map(fill), { same: wish.params });
    }
    return true;
  };
  useEffect(() => {
    if (waiting !== undefined && !isWaiting) setWaiting(undefined);
    if (!isWaiting || isUploading || wildcards.isLoading) return;
    const [failed] = uploads.failed;
    if (failed === undefined) send();
    else {
      setWaiting(undefined);
      focusField(failed);
    }
  });
  return {
    quoted,
    variants,
    wildcards,
    isWaiting,
    send,
    isChecked: checked === workflow.name,
    errors: errorsOf(quoted.error) ?? errorsOf(presses.value.find(isOf(workflow.name))?.error),
  };
}

const promptOf = (params: Readonly<Record<string, unknown>> | undefined): string =>
  typeof params?.prompt === 'string' ? params.prompt : '';

/** Words change no price, so each of the tasks costs the same. */
const multiply = ({ quote, ...quoted }: Quoted, times: number): Quoted => ({
  ...quoted,
  ...(quote && { quote: { ...quote, cost: quote.cost * times } }),
});

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
