import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { Workflow } from '@star-graph/workflows';
import { findModelFolder } from '@star-graph/workflows/models/loaders';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { accessOf } from '../../routes/catalogue/accessOf.ts';
import { listAllowed } from '../../routes/catalogue/listAllowed.ts';
import { createWorkflowListing } from '../../routes/catalogue/workflowListing.ts';
import type { DoorDeps } from '../doorDeps.ts';
import { listModels } from '../listModels.ts';
import { type Part, partOf } from '../workflowParts.ts';

/** What lists of these programs hold: files and names that the pool offers. */
type ChoiceKind = 'checkpoints' | 'loras' | 'samplers' | 'schedulers' | 'upscalers';

/** What a person may choose from. */
export interface Choices {
  /** The names of models, and the checkpoints of those that let people choose one. */
  listModels(caller: PersonCaller): Promise<string[]>;
  list(caller: PersonCaller, kind: ChoiceKind): Promise<string[]>;
  /** The workflow that draws with a checkpoint, and how its file is called; undefined where there is none. */
  findCheckpoint(caller: PersonCaller, name: string, part: Part): Promise<Checkpoint | undefined>;
}

interface Checkpoint {
  workflowName: string;
  file: string;
}

/** A workflow with its parameters as the person may choose them. */
interface Offered {
  workflow: Workflow;
  properties: Readonly<Record<string, ParamSchema>>;
}

export function createChoices(deps: DoorDeps): Choices {
  const listing = createWorkflowListing(deps);
  async function readOffered(caller: PersonCaller): Promise<Offered[]> {
    const access = await accessOf(deps, caller);
    return listAllowed(deps.catalogue, await listing.read(), access).flatMap((view) => {
      const workflow = deps.catalogue.findWorkflow(view.name, view.version);
      return workflow ? [{ workflow, properties: (view.params as ParamSchema).properties ?? {} }] : [];
    });
  }
  const list = async (caller: PersonCaller, kind: ChoiceKind) => {
    const offered = await readOffered(caller);
    return [...new Set(offered.flatMap((one) => choicesOf(one, kind)))];
  };
  return {
    list,
    async listModels(caller) {
      const [names, files] = [await listModels(deps, caller), await list(caller, 'checkpoints')];
      const { MODEL_ALIASES: aliases } = deps.settings.latest;
      // Several names of other platforms lead to the same workflows: one of them will do.
      const targets = new Set<string>();
      const distinct = names.filter((name) => {
        const target = Object.hasOwn(aliases, name) ? String(aliases[name]) : `=${name}`;
        return targets.size < targets.add(target).size;
      });
      return [...distinct, ...files];
    },
    async findCheckpoint(caller, name, part) {
      for (const one of await readOffered(caller)) {
        if (partOf(one.workflow) !== part) continue;
        const file = choicesOf(one, 'checkpoints').find((choice) => namesOf(choice).includes(name));
        // By the name of the engines: which of those that take the file draws is decided as for everybody.
        const { name: own, engine } = one.workflow;
        if (file !== undefined) return { workflowName: engine?.of ?? own, file };
      }
      return undefined;
    },
  };
}

/** A file goes by its name with its ending, and without. */
export const nameOfFile = (file: string): string => file.replace(/\.[a-z0-9]+$/i, '');
const namesOf = (file: string): string[] => [file, nameOfFile(file)];

function choicesOf({ workflow, properties }: Offered, kind: ChoiceKind): string[] {
  if (kind === 'samplers') return enumOf(properties.sampler);
  if (kind === 'schedulers') return enumOf(properties.scheduler);
  if (kind === 'loras') return enumOf(properties.loras?.items?.properties?.name);
  const folder = kind === 'upscalers' ? 'upscale_models' : 'checkpoints';
  const { model } = workflow.inventoryParams;
  const isOfKind = model !== undefined && findModelFolder(model.classType, model.input) === folder;
  const isPart = kind === 'upscalers' || partOf(workflow) !== undefined;
  return isOfKind && isPart ? enumOf(properties.model) : [];
}

/** Objects and numbers are no names. */
const enumOf = (schema: ParamSchema | undefined): string[] =>
  (schema?.enum ?? []).filter((value) => typeof value === 'string');
