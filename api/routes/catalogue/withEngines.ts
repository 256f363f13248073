import type { EngineView, WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { ModelEntries } from '@star-graph/core/library/catalogue/models/entryIndex';
import { byPreference, findEngine, isOnlyNamed, listEngines } from '@star-graph/workflows/engines';
import { engineFolder } from '@star-graph/workflows/models/modelEntry';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import type { EnginePreference } from '@star-graph/workflows/shared/liveSettings';

/**
 * Adds to each workflow the engines among those listed that are not hidden. If it has any, form, example and
 * availability become those of the one that a request without `model` runs now, as `chooseEngine` decides for a request
 * that every engine takes.
 */
export function withEngines(
  listed: readonly WorkflowView[],
  preference: EnginePreference,
  entries: Pick<ModelEntries, 'find' | 'titleOf'>,
): readonly WorkflowView[] {
  const named = listed.map((view) => ({ ...view, engine: engineOf(view) }));
  const isShown = ({ model }: WorkflowView) =>
    model === undefined || entries.find({ folder: engineFolder, name: model }).hidden !== true;
  return listed.flatMap((view) => {
    const engines = listEngines(named, view.name).filter(isShown);
    if (engines.length === 0) return [];
    if (engines.length === 1 && isShown(view)) return view;
    const preferred = Object.hasOwn(preference, view.name) ? (preference[view.name] ?? []) : [];
    const ordered = byPreference(engines, preferred);
    const mustBeNamed = (engine: (typeof ordered)[number]) => isOnlyNamed(engine, preferred);
    const unasked = ordered.filter((engine) => !mustBeNamed(engine));
    const used =
      unasked.find(({ available }) => available) ?? findEngine(engines, view.name) ?? unasked[0] ?? view;
    const { params, available, waiting, reason } = used;
    const { reason: _own, exampleSeconds: _, family: _family, licence: _licence, ...kept } = view;
    return {
      ...kept,
      ...factsOf(used),
      leastCost: leastOf(ordered, used),
      available,
      waiting,
      ...(reason === undefined ? {} : { reason }),
      uses: used.name,
      engines: ordered.map((engine) => ({
        ...presentEngine(engine),
        ...(mustBeNamed(engine) && { onlyNamed: true as const }),
        ...(engine.name === view.name && used.name !== view.name
          ? { params: offerEngines(view.params, ordered, entries) }
          : {}),
      })),
      params: offerEngines(params, ordered, entries),
    };
  });
}

const modelOf = ({ name, model }: WorkflowView): string => model ?? name;

const engineOf = ({ name, model, engineOf: of = name }: WorkflowView) =>
  model === undefined ? undefined : { of, model };

/** By which people choose between engines. */
const factsOf = ({ leastCost, exampleSeconds, family, licence }: WorkflowView) => ({
  leastCost,
  ...(exampleSeconds === undefined ? {} : { exampleSeconds }),
  ...(family === undefined ? {} : { family }),
  ...(licence === undefined ? {} : { licence }),
});

/** Of all that run now. */
const leastOf = (engines: readonly WorkflowView[], used: WorkflowView): number =>
  Math.min(used.leastCost, ...engines.flatMap(({ available, leastCost }) => (available ? leastCost : [])));

const presentEngine = (view: WorkflowView): EngineView => ({
  workflow: view.name,
  model: modelOf(view),
  available: view.available,
  ...factsOf(view),
  ...(view.reason === undefined ? {} : { reason: view.reason }),
});

/** Beside the files that the form lists, if it lists any. */
function offerEngines(
  schema: ParamSchema,
  engines: readonly WorkflowView[],
  entries: Pick<ModelEntries, 'titleOf'>,
): Record<string, unknown> {
  const names = engines.map(modelOf);
  const model = schema.properties?.model;
  if (model?.enum === undefined) return schema;
  const titles = names.map((name) => [name, entries.titleOf({ folder: engineFolder, name })] as const);
  return {
    ...schema,
    properties: {
      ...schema.properties,
      model: {
        ...model,
        enum: [...names, ...model.enum],
        'x-names': { ...model['x-names'], ...Object.fromEntries(titles) },
      },
    },
  };
}
