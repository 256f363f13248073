import type { ApiClient } from '@star-graph/client/client';
import type { PageFile } from '@star-graph/client/describePageFiles';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { isTerminal } from '@star-graph/workflows/shared/taskStatuses';

export interface TryContext {
  client: Pick<ApiClient, 'listWorkflows' | 'generate' | 'getTask'>;
  clock: Pick<Clock, 'sleep'>;
  say(line: string): void;
  stopped: AbortSignal;
}

const betweenLooksMs = 2_000;
/** A server is looked at once a minute. */
const mostLooks = 90;

/**
 * Makes one picture with a file that has come, as anybody would who chose it, and says its address.
 * @param words that the model answers to
 * @returns whether there is a picture.
 */
export async function tryModel(
  context: TryContext,
  file: Pick<PageFile, 'folder' | 'name'>,
  words: readonly string[],
): Promise<boolean> {
  const { client, say } = context;
  const offer = await waitForOffer(context, file);
  if (!offer) {
    say(
      `${file.folder}/${file.name}: not tried. No workflow that needs words alone offers it yet: see whether its family is right, under Models.`,
    );
    return false;
  }
  const prompt = [...words, 'a lighthouse at dawn'].join(', ');
  const task = await waitForEnd(context, await client.generate(offer.workflow, { prompt, ...offer.params }));
  const [picture] = task.outputs;
  if (!picture) {
    say(`${file.name}: the try with ${offer.workflow} ${task.status}. ${task.error?.detail ?? ''}`.trim());
    return false;
  }
  say(`${file.name}: tried with ${offer.workflow} for ${inCredits(task.cost)}: ${picture.url}`);
  return true;
}

interface Offer {
  workflow: string;
  /** What chooses the file. */
  params: Record<string, unknown>;
}

async function waitForOffer(
  { client, clock, stopped }: TryContext,
  { name }: Pick<PageFile, 'name'>,
): Promise<Offer | undefined> {
  for (let look = 0; look < mostLooks && !stopped.aborted; look++) {
    const { items } = await client.listWorkflows({ query: { limit: 100 } });
    const offer = items.flatMap((view) => findOffer(view, name) ?? [])[0];
    if (offer) return offer;
    await clock.sleep(betweenLooksMs, stopped);
  }
  return undefined;
}

/** Undefined of a workflow that does not offer the file, or wants more than words. */
function findOffer(view: WorkflowView, name: string): Offer | undefined {
  const { properties = {}, required = [] } = view.params as ParamSchema;
  const isPlain = view.outputKind === 'image' && required.every((param) => param === 'prompt');
  if (!view.available || !isPlain) return undefined;
  for (const [param, schema] of Object.entries(properties)) {
    const own = findName(schema, name);
    if (own !== undefined) return { workflow: view.name, params: { [param]: own } };
    for (const [field, item] of Object.entries(schema.items?.properties ?? {})) {
      const listed = findName(item, name);
      if (listed !== undefined) return { workflow: view.name, params: { [param]: [{ [field]: listed }] } };
    }
  }
  return undefined;
}

/** As its server lists it, perhaps in a folder. */
const findName = (schema: ParamSchema, name: string): unknown =>
  schema.enum?.find((choice) => typeof choice === 'string' && choice.split(/[\\/]/).at(-1) === name);

async function waitForEnd({ client, clock, stopped }: TryContext, first: TaskView): Promise<TaskView> {
  let task = first;
  while (!isTerminal(task.status) && !stopped.aborted) {
    await clock.sleep(betweenLooksMs, stopped);
    task = await client.getTask({ params: { id: task.id } });
  }
  return task;
}
