import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { Form } from '@star-graph/ui/form/createForm';
import type { FormDraft } from '@star-graph/ui/form/formDraft';
import type { Catalogue } from '../../data/catalogue.ts';
import type { Made } from './recall.ts';

/** The open form, and the ways to change it. What is filled in is beside it: it changes with every key. */
export interface Studio extends Catalogue {
  userId: string;
  workflow: WorkflowView;
  form: Form;
  changeDraft(change: (draft: FormDraft) => FormDraft): void;
  openWorkflow(name: string): void;
  /** Fills in the form of a workflow and opens it; what stood there can be had back. */
  fillIn(workflow: WorkflowView, draft: FormDraft, words: string): void;
  /** The same with the settings of something that was made. @returns whether that was possible */
  recall(made: Made): boolean;
  startOver(): void;
}
