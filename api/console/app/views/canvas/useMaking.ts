import { ClientProblem } from '@star-graph/client/clientProblem';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { ProblemView } from '@star-graph/contract/problems';
import { createForm, type Form, type FormSource } from '@star-graph/ui/form/createForm';
import { findFaults } from '@star-graph/ui/form/findFaults';
import { type FormDraft, readValue, toRequest } from '@star-graph/ui/form/formDraft';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { language } from '@star-graph/ui/texts/language';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Catalogue } from '../../data/catalogue.ts';
import { openCount } from '../../data/live.ts';
import { describeProblem } from '../../data/problemText.ts';
import { draftOf } from '../create/draft/drafts.ts';
import { pressAll, presses } from '../create/presses.ts';
import { type Quoted, useQuote } from '../create/useQuote.ts';
import { addAsked } from './asked.ts';
import { blankInputs, coverOfScene, type Given, givenIn, readScene, sendInputs } from './compose.ts';
import type { Rect } from './engine/tiles.ts';
import type { Way } from './engine/ways.ts';
import { numberOf } from './stateNumber.ts';
import { findWorkflow, type Inputs, limitsOf, paramsOf, trimForm } from './trimForm.ts';
import type { Workshop } from './workshop.ts';

/** What Make would do now, and the way to do it. */
export interface Making {
  way: Way['name'];
  frame: Rect;
  source: FormSource | undefined;
  draft: FormDraft;
  changeDraft(change: (draft: FormDraft) => FormDraft): void;
  quoted: Quoted;
  /** Undefined: nothing makes it here. */
  leastCost: number | undefined;
  waiting: boolean;
  isSending: boolean;
  isChecked: boolean;
  errors: ProblemView['errors'];
  make(): Promise<void>;
}

/** How much of a result is shown, by the key of its press. What an earlier page asked for is read from its task. */
export const covers = new Map<string, Uint8Array>();

/** Painting pauses this long before what lies in the frame is looked at. */
const pauseMs = 150;

export function useMaking(workshop: Workshop, { listed, models }: Catalogue, userId: string): Making {
  const { prompt } = workshop;
  const canExtend = findWorkflow(listed, 'outpaint')?.available === true;
  const { way, frame, given } = useWay(workshop, canExtend);
  const workflow = findWorkflow(listed, way.name);
  const shown = language.value;
  const kept = draftOf(userId, `canvas ${way.name}`);
  const draft: FormDraft = {
    ...kept.value,
    values: { ...kept.value.values, ...(prompt.value !== '' && { prompt: prompt.value }) },
  };
  const source = useMemo(
    () => workflow && trimForm({ listed, models, workflow }),
    [listed, models, workflow],
  );
  const { model } = draft.values;
  const form = useMemo(() => source && createForm(source, model, shown), [source, model, shown]);
  useLimits(workshop, { listed, models }, userId);
  const [isSending, setSending] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const faults = form ? findFaults(form, draft) : [];
  const blanks = useBlanks(way, frame, given);
  const isComplete = form !== undefined && workflow && faults.length === 0 && blanks !== undefined;
  const params = isComplete
    ? { ...toRequest(form, draft), ...paramsOf(workflow, way, frame, blanks) }
    : undefined;
  const quoted = useQuote(workflow?.name ?? '', params, openCount.value);
  const make = async () => {
    setChecked(true);
    if (!form || !workflow || isSending) return;
    const [fault] = faults;
    if (fault) {
      document
        .querySelector<HTMLElement>(`[data-field="${fault.field.name}"] :is(textarea, input, button)`)
        ?.focus();
      return;
    }
    setSending(true);
    try {
      await sendScene(workshop, { form, draft, workflow, canExtend, expected: way.name });
      setChecked(false);
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
    } finally {
      setSending(false);
    }
  };
  return {
    way: way.name,
    frame,
    source,
    draft,
    changeDraft: (change) => {
      const next = change(draft);
      const { prompt: words, ...values } = next.values;
      prompt.value = typeof words === 'string' ? words.slice(0, 10_000) : '';
      kept.value = { ...next, values };
    },
    quoted,
    leastCost: workflow?.leastCost,
    waiting: workflow?.waiting === true,
    isSending,
    isChecked,
    errors: errorsOf(quoted.error) ?? errorsOf(lastRefusal(workshop)),
    make,
  };
}

/** The steps of the model that makes new pictures, since frames begin with these. */
function useLimits({ session }: Workshop, known: Catalogue, userId: string): void {
  const first = findWorkflow(known.listed, 'text2img');
  const chosen = draftOf(userId, 'canvas text2img').value.values.model;
  const shown = language.value;
  useEffect(() => {
    if (!first) return;
    const { runs } = createForm({ ...known, workflow: first }, chosen, shown);
    session.limits.value = limitsOf(known.listed.find(({ name }) => name === runs));
  }, [first, chosen, shown]);
}

const errorsOf = (error: unknown): ProblemView['errors'] =>
  error instanceof ClientProblem ? error.problem.errors : undefined;

function lastRefusal({ asked }: Workshop): unknown {
  const last = asked.value.at(-1)?.key;
  return presses.value.find(({ key, state }) => key === last && state === 'refused')?.error;
}

interface Wanted {
  workflow: WorkflowView;
  form: Form;
  draft: FormDraft;
  canExtend: boolean;
  /** As it was told, with its price: nothing else is made. */
  expected: Way['name'];
}

/** Sends what is in the frame as it is now, and asks for a result in its place. @throws what the server refused */
async function sendScene(
  { session, asked }: Workshop,
  { workflow, form, draft, canExtend, expected }: Wanted,
): Promise<void> {
  session.endStroke();
  const drawn = numberOf(session.board.value.layers);
  const scene = readScene(session.board.value, canExtend);
  if (scene.way.name !== expected) return;
  const { frame } = scene;
  const inputs = await sendInputs(scene);
  const field = form.fields.find(({ name }) => name === 'count');
  const count = field && readValue(form, draft, field);
  const values = toRequest(form, draft);
  const wish = {
    workflow: workflow.name,
    params: { ...values, ...paramsOf(workflow, scene.way, frame, inputs) },
    count: typeof count === 'number' ? count : 1,
    aspect: frame.width / frame.height,
  };
  const onMade = (key: string) => {
    covers.set(key, coverOfScene(scene));
    asked.value = addAsked(asked.value, { key, frame });
  };
  // Its pictures are sent anew with each press: two are equal where nothing was painted between them.
  pressAll([wish], { same: [values, frame, drawn], onMade });
}

const noWay: Way = { name: 'text2img' };

/** What lies in the frame, looked at when painting pauses. */
function useWay({ session }: Workshop, canExtend: boolean): { way: Way; frame: Rect; given: Given } {
  const board = session.board.value;
  const [known, setKnown] = useState<ReturnType<typeof useWay>>(() => ({
    way: noWay,
    frame: board.frame,
    given: { pictures: 0 },
  }));
  useEffect(() => {
    const timer = setTimeout(() => {
      const scene = readScene(board, canExtend);
      setKnown({ way: scene.way, frame: scene.frame, given: givenIn(scene) });
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [board.layers, board.frame, canExtend]);
  return known;
}

/** Stand-ins for the pictures of a way, to ask for its price. Without them the usual price is shown. */
function useBlanks(way: Way, frame: Rect, given: Given): Inputs | undefined {
  const part = way.name === 'outpaint' ? way.picture : frame;
  const key = [way.name, part.width, part.height, given.pictures, ...Object.values(given.control ?? {})].join(
    ' ',
  );
  const [blanks, setBlanks] = useState<{ key: string; inputs: Inputs }>();
  useEffect(() => {
    let isOver = false;
    blankInputs(way, frame, given).then(
      (inputs) => !isOver && setBlanks({ key, inputs }),
      // The next change asks again; Make says what is wrong.
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [key]);
  return blanks?.key === key ? blanks.inputs : undefined;
}
