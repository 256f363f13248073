import { Problem } from '@star-graph/core/ground/errors';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { type CheckedGraph, checkOwnGraph } from '@star-graph/workflows/graph/checkOwnGraph';
import { fileInputOf } from '@star-graph/workflows/graph/fileInputs';
import { ownGraph } from '@star-graph/workflows/graph/ownGraph';
import { assetIdOf, inputParamsOf } from '@star-graph/workflows/graph/ownGraphParams';
import { canonicalJson } from '@star-graph/workflows/shared/digest';
import { z } from 'zod';
import type { ApiContext } from '../../apiContext.ts';
import { requireWholeText } from '../../middleware/wholeText.ts';
import { acceptTasks, findRepeated, type Repeats } from '../acceptTasks.ts';
import { GraphRefused } from './errors.ts';
import type { GraphDeps } from './graphDeps.ts';
import { readNamedPictures } from './kritaPictures.ts';
import { mapNodes, picturesOf } from './mapNodes.ts';
import { readOwnPool } from './ownPool.ts';
import { openRuns } from './runs/presentRuns.ts';
import { writeRefs } from './runs/run.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id that ComfyUI's page gives the workflow of a tab, by which it lists its jobs; anything else is no fault. */
const pageSchema = z
  .object({ extra_pnginfo: z.object({ workflow: z.object({ id: z.string().regex(/^[\w-]{1,64}$/) }) }) })
  .optional()
  .catch(undefined);

/**
 * `number`, `front` and the rest of `extra_data` are taken and mean nothing: the queue is fair, and a file tells its own
 * origin.
 */
export const promptSchema = z.looseObject({
  prompt: z.unknown(),
  client_id: z.string({ error: 'client_id has to be a text.' }).max(200).nullish(),
  prompt_id: z
    .string()
    .regex(uuid, { error: 'prompt_id has to be a UUID in lower case with hyphens.' })
    .nullish(),
  extra_data: pageSchema,
  partial_execution_targets: z.array(z.string().max(64)).max(200).nullish(),
});

/** Takes a graph. @returns ComfyUI's answer. @throws GraphRefused; Problem everything that `acceptTask` throws. */
export async function receivePrompt(deps: GraphDeps, ctx: ApiContext, caller: PersonCaller): Promise<object> {
  const asked = parsePrompt(ctx.request.body);
  const userId = caller.account.id;
  const { prompt, client_id: clientId, prompt_id: promptId, partial_execution_targets: wanted } = asked;
  const repeats: Repeats | undefined =
    promptId == null ? undefined : { key: promptId, content: canonicalJson([prompt, wanted ?? null]) };
  const [earlier] = await findRepeated(deps, caller, repeats);
  const taskId = earlier?.id ?? (await accept(deps, ctx, caller, asked, repeats));
  const own = promptId ?? taskId;
  // As it was known before: a new one comes last.
  const open = openRuns((await deps.runs.read(userId)).list);
  deps.runs.noteChange(userId, [taskId]);
  const place = open.findIndex((run) => run.promptId === own);
  ctx.state.log.debug({ taskId, clientId }, 'a graph was taken');
  return { prompt_id: own, number: place < 0 ? open.length : place, node_errors: {} };
}

const noPrompt = { code: 'malformed', message: 'No prompt provided' } as const;

type Asked = z.output<typeof promptSchema>;

function parsePrompt(body: unknown): Asked {
  const { data, error } = promptSchema.safeParse(body);
  if (error) {
    const [issue] = error.issues;
    const field = issue?.path[0];
    if (field === 'prompt') throw new GraphRefused([noPrompt], {}, 'no_prompt');
    const fault = { code: 'malformed', message: issue?.message ?? 'This is no prompt.' } as const;
    throw new GraphRefused([fault], {}, field === 'prompt_id' ? 'invalid_prompt_id' : undefined);
  }
  requireWholeText(data);
  if (data.prompt === null) throw new GraphRefused([noPrompt], {});
  return data;
}

async function accept(
  deps: GraphDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  asked: Asked,
  repeats: Repeats | undefined,
): Promise<string> {
  const { client_id: clientId, prompt_id: promptId, extra_data: page } = asked;
  const { partial_execution_targets: wanted } = asked;
  const pictures = await readNamedPictures(deps, caller, picturesOf(asked.prompt));
  const { graph: prompt, sentBack, faults: unknown } = mapNodes(asked.prompt, pictures);
  if (unknown.length > 0) throw new GraphRefused(unknown, asked.prompt);
  const [objectInfos, settings] = await Promise.all([
    readOwnPool(deps, caller, classesOf(prompt)),
    deps.settings.read(),
  ]);
  if (objectInfos.length === 0)
    throw new Problem('no-backend', 'No GPU server is ready at the moment. Try again in half a minute.', {
      retryAfterSeconds: 30,
    });
  const { checked, faults } = checkOwnGraph(prompt, { objectInfos, wanted: wanted ?? undefined });
  if (!checked) throw new GraphRefused(faults, prompt);
  const refs = {
    ...(promptId != null && { prompt_id: promptId }),
    ...(clientId != null && { client_id: clientId }),
    ...(sentBack.length > 0 && { sent_back: sentBack.filter((id) => Object.hasOwn(checked.graph, id)) }),
    ...(page && { workflow_id: page.extra_pnginfo.workflow.id }),
  };
  const body = {
    prompt: checked.text,
    graph: checked.graph,
    mostSeconds: settings.GRAPH_SECONDS,
    creditsPerSecond: settings.GRAPH_CREDITS_PER_SECOND,
    ...inputParamsOf(checked),
    meta: { clientRef: writeRefs(refs) },
  };
  const request = { workflowName: ownGraph.name, workflow: ownGraph, bodies: [body] };
  try {
    const [taskId = ''] = await acceptTasks(deps, caller, ctx, request, repeats);
    return taskId;
  } catch (error) {
    throw toFileFault(error, checked) ?? error;
  }
}

/** Before anything of it is checked. */
function classesOf(prompt: unknown): Set<string> {
  const nodes = z.record(z.string(), z.looseObject({ class_type: z.string() })).safeParse(prompt).data ?? {};
  return new Set(Object.values(nodes).map((node) => node.class_type));
}

/** A file that is not the person's is a fault of the node that loads it. */
function toFileFault(error: unknown, checked: CheckedGraph): GraphRefused | undefined {
  if (!(error instanceof Problem)) return undefined;
  const { graph } = checked;
  const params = Object.entries(inputParamsOf(checked));
  const ids = error.errors.flatMap(({ pointer }) => params.filter(([name]) => pointer === `/${name}`));
  const faults = ids.flatMap(([, assetId]) =>
    Object.entries(graph).flatMap(([nodeId, { class_type: classType, inputs }]) => {
      const input = fileInputOf(classType);
      const value = input && inputs[input];
      if (typeof value !== 'string' || assetIdOf(value) !== assetId) return [];
      return [{ code: 'not-allowed' as const, nodeId, input, message: `Invalid file: ${value}` }];
    }),
  );
  return faults.length === 0 ? undefined : new GraphRefused(faults, graph);
}
