import { byPreference, findEngine, listEngines } from '@star-graph/workflows/engines';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import type { EnginePreference } from '@star-graph/workflows/shared/liveSettings';
import type { EngineView, WorkflowView } from '../../contract/catalogue/workflows.ts';

/**
 * Adds to each workflow the engines among those listed. If it has any, form, example and availability become those of
 * the one that a request without `model` runs now, as `chooseEngine` decides for a request that every engine takes.
 */
export function withEngines(
  listed: readonly WorkflowView[],
  preference: EnginePreference,
): readonly WorkflowView[] {
  const named = listed.map((view) => ({ ...view, engine: engineOf(view) }));
  return listed.map((view) => {
    const engines = listEngines(named, view.name);
    if (engines.length < 2) return view;
    const preferred = Object.hasOwn(preference, view.name) ? (preference[view.name] ?? []) : [];
    const ordered = byPreference(engines, preferred);
    const used = ordered.find(({ available }) => available) ?? findEngine(engines, view.name) ?? view;
    const { params, exampleCost, available, waiting, reason } = used;
    const { reason: _own, ...kept } = view;
    return {
      ...kept,
      ...{ exampleCost, available, waiting },
      ...(reason === undefined ? {} : { reason }),
      uses: used.name,
      engines: ordered.map(presentEngine),
      params: offerEngines(params as ParamSchema, ordered.map(modelOf)),
    };
  });
}

const modelOf = ({ name, model }: WorkflowView): string => model ?? name;

const engineOf = ({ name, model, engineOf: of = name }: WorkflowView) =>
  model === undefined ? undefined : { of, model };

const presentEngine = (view: WorkflowView): EngineView => ({
  workflow: view.name,
  model: modelOf(view),
  available: view.available,
  exampleCost: view.exampleCost,
  ...(view.reason === undefined ? {} : { reason: view.reason }),
});

/** Beside the files that the form lists, if it lists any. */
function offerEngines(schema: ParamSchema, names: readonly string[]): Record<string, unknown> {
  const model = schema.properties?.model;
  if (model?.enum === undefined) return schema;
  return {
    ...schema,
    properties: { ...schema.properties, model: { ...model, enum: [...names, ...model.enum] } },
  };
}
