import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { createForm } from '@star-graph/ui/form/createForm';
import { emptyDraft, type FormDraft } from '@star-graph/ui/form/formDraft';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { language } from '@star-graph/ui/texts/language';
import { useMemo, useRef, useState } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import type { Catalogue } from '../../data/catalogue.ts';
import { useArrival } from './arrival.ts';
import { draftOf, lastWorkflow, openLast } from './draft/drafts.ts';
import { filledIn } from './draft/filledIn.ts';
import { recallSettings } from './recall.ts';
import { remixing } from './remixing.ts';
import type { Studio } from './studioTypes.ts';
import { texts } from './texts.ts';
import { chooseWorkflow } from './workflows/groupWorkflows.ts';

export type { Studio } from './studioTypes.ts';

const addressOf = (workflow: string): string => `/create/${encodeURIComponent(workflow)}`;

/** Undefined: there is no workflow at all. */
export function useStudio(catalogue: Catalogue, userId: string): Studio | undefined {
  const { params, query } = useRoute();
  const { route } = useLocation();
  const { listed, models } = catalogue;
  const [last, setLast] = useState(() => lastWorkflow(userId));
  const workflow = chooseWorkflow(listed, params.workflow, last);
  const { model } = draftOf(userId, workflow?.name ?? '').value.values;
  const shown = language.value;
  const latestRoute = useRef(route);
  latestRoute.current = route;
  const studio = useMemo(() => {
    if (!workflow) return undefined;
    const go: Go = (name, isReplacing) => {
      openLast(userId, name);
      setLast(name);
      latestRoute.current(addressOf(name), isReplacing);
    };
    const form = createForm({ listed, models, workflow }, model, shown);
    return { ...catalogue, userId, workflow, form, ...createWays(catalogue, userId, workflow, go) };
  }, [catalogue, userId, workflow, model, shown]);
  useArrival(studio, query);
  return studio;
}

/** What is filled in now. */
export const useDraft = ({ userId, workflow }: Studio): FormDraft => draftOf(userId, workflow.name).value;

type Go = (workflow: string, isReplacing?: boolean) => void;
type Ways = Pick<Studio, 'changeDraft' | 'openWorkflow' | 'fillIn' | 'recall' | 'startOver'>;

function createWays(catalogue: Catalogue, userId: string, workflow: WorkflowView, go: Go): Ways {
  const replace = (name: string, draft: FormDraft, words: string) => {
    const place = draftOf(userId, name);
    const before = place.value;
    place.value = draft;
    remixing.value = undefined;
    const undo = () => {
      place.value = before;
      if (name !== workflow.name) go(workflow.name);
    };
    // One at a time: the way back is from what stands in the form.
    showToast({ id: 'form', text: words, action: { label: texts.undo, onAction: undo } });
  };
  const fillIn: Studio['fillIn'] = (target, draft, words) => {
    replace(target.name, draft, words);
    go(target.name, true);
    filledIn.value = target.name;
  };
  return {
    fillIn,
    changeDraft: (change) => {
      const place = draftOf(userId, workflow.name);
      place.value = change(place.value);
    },
    openWorkflow: (name) => go(name),
    recall: (made) => {
      const recalled = recallSettings(catalogue, made);
      if (recalled) fillIn(recalled.workflow, recalled.draft, texts.recalled);
      return recalled !== undefined;
    },
    startOver: () => replace(workflow.name, emptyDraft, texts.startedOver),
  };
}
