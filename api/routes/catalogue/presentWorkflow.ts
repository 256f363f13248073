import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { WorkflowAvailability } from '@star-graph/core/library/catalogue/availability';
import { engineModel, type ModelEntries } from '@star-graph/core/library/catalogue/models/entryIndex';
import { nameFiles } from '@star-graph/core/library/catalogue/models/readableNames';
import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import { findModelFolder } from '@star-graph/workflows/models/loaders';
import type { ModelLicence } from '@star-graph/workflows/models/modelEntry';
import { exampleInputs } from '@star-graph/workflows/params/inputFacts';
import { describeParams, type ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { priceAt } from '@star-graph/workflows/shared/priceAt';

interface OfferedNames {
  /** What each parameter offers, by its name. */
  options: Readonly<Record<string, readonly string[]>>;
  entries: Pick<ModelEntries, 'find' | 'titleOf'>;
}

export function presentWorkflow(
  availability: WorkflowAvailability,
  offered: OfferedNames,
  pricePercent: number,
): WorkflowView {
  const { workflow, example, available, isWaiting } = availability;
  const { name, version, type, title, description, outputKind, engine, fps, sound } = workflow;
  const reason = reasonOf(availability);
  return {
    name,
    version,
    type,
    title,
    description,
    outputKind,
    ...(fps === undefined ? {} : { fps }),
    ...(sound && { sound }),
    params: describeWithOptions(workflow, offered, example),
    leastCost: priceAt(availability.leastCost, pricePercent),
    ...factsOf(availability, offered.entries),
    available,
    waiting: isWaiting,
    ...(reason === undefined ? {} : { reason }),
    ...(engine && { model: engine.model }),
    ...(engine && engine.of !== name && { engineOf: engine.of }),
  };
}

/** What helps to choose between engines, as far as it is known. */
function factsOf(
  { workflow, example, secondsPerUnit }: WorkflowAvailability,
  entries: Pick<ModelEntries, 'find'>,
): Pick<WorkflowView, 'exampleSeconds' | 'family' | 'licence'> {
  const units = workflow.workUnits(example, exampleInputs(workflow, exampleImage));
  const models = [...(workflow.engine ? [engineModel(workflow.engine)] : []), ...workflow.models(example)];
  const said = models.map((model) => entries.find(model));
  const family = said.find((fields) => fields.family !== null)?.family;
  const licence = said.find((fields) => fields.licence !== null)?.licence;
  return {
    ...(secondsPerUnit === undefined
      ? {}
      : { exampleSeconds: Number((secondsPerUnit * units).toPrecision(2)) }),
    ...(family ? { family } : {}),
    ...(licence ? { licence: presentLicence(licence) } : {}),
  };
}

export const presentLicence = ({ name, url }: ModelLicence) => ({ name, url });

function reasonOf({ available, isWaiting, missing }: WorkflowAvailability): string | undefined {
  if (isWaiting)
    return 'Waiting for a GPU server: none that can run it answers now. Requests are accepted and run when one is back.';
  const needs = missing.join(', ');
  if (available) return needs === '' ? undefined : `Not with every choice: the others would need ${needs}.`;
  return needs === ''
    ? 'No GPU server is ready at the moment.'
    : `No GPU server can run it at the moment: it would need ${needs}.`;
}

/** A megapixel: the usual size. */
const exampleImage = { width: 1024, height: 1024 };

/**
 * The JSON Schema of the parameters, with the names that the pool offers as enumerations, and as default the one that
 * a request without the parameter takes: none, where the pool has nothing to take. Names of model files come with those
 * that people read.
 */
function describeWithOptions(
  workflow: Workflow,
  { options, entries }: OfferedNames,
  example: WorkflowParams,
): ParamSchema {
  const schema = describeParams(workflow.params);
  const properties = { ...schema.properties };
  for (const [param, names] of Object.entries(options)) {
    const described = properties[param];
    const place = workflow.inventoryParams[param];
    // An empty enumeration is not valid JSON Schema, so without values in the pool any name is allowed.
    if (!described || !place || names.length === 0) continue;
    const folder = findModelFolder(place.classType, place.input);
    const offered = { enum: names, ...(folder && { 'x-names': nameFiles(entries, folder, names) }) };
    properties[param] =
      place.property === undefined
        ? withNames(described, offered, example[param])
        : withItemNames(described, place.property, offered);
  }
  return { ...schema, properties };
}

function withNames(
  { default: _own, ...described }: ParamSchema,
  offered: Pick<ParamSchema, 'enum' | 'x-names'>,
  chosen: unknown,
): ParamSchema {
  const isOffered = offered.enum?.some((name) => name === chosen);
  return { ...described, ...(isOffered ? { default: chosen } : {}), ...offered };
}

function withItemNames(
  list: ParamSchema,
  property: string,
  offered: Pick<ParamSchema, 'enum' | 'x-names'>,
): ParamSchema {
  const item = list.items?.properties?.[property];
  if (!list.items || !item) return list;
  const properties = { ...list.items.properties, [property]: { ...item, ...offered } };
  return { ...list, items: { ...list.items, properties } };
}
