import { computed, type Signal, signal } from '@preact/signals';
import type { ModelView } from '@star-graph/contract/catalogue/models';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { language } from '@star-graph/ui/texts/language';
import { useEffect } from 'preact/hooks';
import { api, session } from '../session/session.ts';
import { filmEditName, ownGraphName } from './ownGraph.ts';
import { freshMs } from './readAhead.ts';
import { type PageReader, readPages } from './readPages.ts';

const texts = defineTexts({
  ownGraph: { en: 'Own graph', 'zh-CN': '自己的节点图' },
  filmEdit: { en: 'Edited film', 'zh-CN': '视频剪辑' },
});

/** What is on offer; undefined until it is known. */
export const workflows = signal<readonly WorkflowView[] | undefined>(undefined);
const models = signal<readonly ModelView[] | undefined>(undefined);

/** What is on offer, as forms need it. */
export interface Catalogue {
  listed: readonly WorkflowView[];
  models: readonly ModelView[];
}

export const catalogue = computed<Catalogue | undefined>(
  () => workflows.value && models.value && { listed: workflows.value, models: models.value },
);
export const catalogueError = signal<unknown>(undefined);

const ofWorkflows = createReader(workflows, (query) => api.listWorkflows({ query }));
const ofModels = createReader(models, (query) => api.listModels({ query }));

/** Asks once for all views; after a failure the next view asks again. @throws what the server refused */
export const loadWorkflows = (): Promise<void> => ofWorkflows.load();

/** The same for models. */
export const loadModels = (): Promise<void> => ofModels.load();

/** Prices and availability change with the pool. */
export const refreshWorkflows = (): Promise<void> => ofWorkflows.refresh();

/** For who has changed nothing: an answer that is on its way, or has just come, is as fresh as another one. */
export const openWorkflows = (): Promise<void> => ofWorkflows.open();

/** Settles when what the open view wants of it has come, or did not. */
export const whenCatalogueCame = (): Promise<unknown> =>
  Promise.allSettled([ofWorkflows.load(), ofModels.asked()]);

/** Reads it for a view that opens: what is being read already is waited for, and what has just come is not read again. */
export const openCatalogue = (): Promise<void> => read((reader) => reader.open());

/** Reads it anew; what is known stays in view meanwhile, and if nobody answers. */
export const refreshCatalogue = (): Promise<void> => read((reader) => reader.refresh());

async function read(how: (reader: typeof ofWorkflows | typeof ofModels) => Promise<void>): Promise<void> {
  catalogueError.value = undefined;
  try {
    await Promise.all([how(ofWorkflows), how(ofModels)]);
  } catch (error) {
    catalogueError.value = error;
  }
}

/** How soon it is read anew while what a view needs does not run. */
const againMs = 5_000;

/** Reads it anew from time to time until what the view needs runs: a GPU server may be on its way. */
export function useFreshCatalogue(isMissing: boolean): void {
  useEffect(() => {
    if (!isMissing) return;
    const timer = setInterval(() => {
      if (!document.hidden) void refreshCatalogue();
    }, againMs);
    return () => clearInterval(timer);
  }, [isMissing]);
}

/** The name that people know it by; its own until the catalogue is there, or where it has left the catalogue. */
export const nameWorkflow = (name: string): string =>
  name === ownGraphName
    ? texts.ownGraph
    : name === filmEditName
      ? texts.filmEdit
      : (workflows.value?.find((one) => one.name === name)?.title[language.value] ?? name);

/** Those that draw by themselves; none until they are known. */
export const listModels = (): readonly ModelView[] =>
  (models.value ?? []).filter(({ folder }) => folder === 'checkpoints' || folder === 'diffusion_models');

/** The same for a model, by its file; a file that is gone keeps its name. */
export const titleModel = (file: string | undefined): string | undefined =>
  models.value?.find(({ name }) => name === file)?.title[language.value] ?? file;

/** All pages of a list, of which the last one asked for counts. */
function createReader<T>(known: Signal<readonly T[] | undefined>, readPage: PageReader<T>) {
  let asking: Promise<void> | undefined;
  let cameAt = Number.NEGATIVE_INFINITY;
  const refresh = (): Promise<void> => {
    const asked = readPages(readPage)
      .then((items) => {
        if (asking !== asked) return;
        known.value = items;
        cameAt = performance.now();
      })
      .finally(() => {
        if (asking === asked) asking = undefined;
      });
    asking = asked;
    return asked;
  };
  const join = () => asking ?? refresh();
  // What is on offer depends on the person.
  session.subscribe(({ state }) => {
    if (state === 'signedOut') cameAt = Number.NEGATIVE_INFINITY;
  });
  return {
    refresh,
    open: () => (known.value && performance.now() - cameAt < freshMs ? Promise.resolve() : join()),
    asked: () => asking,
    load: () => (known.value ? Promise.resolve() : join()),
  };
}
