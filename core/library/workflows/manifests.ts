import type { Workflow } from '@star-graph/workflows';
import { ManifestError, type ManifestOptions, parseManifest } from '@star-graph/workflows/manifest';
import { manifestDocument } from '@star-graph/workflows/manifest/manifestSchema';
import { canonicalJson, digestOf } from '@star-graph/workflows/shared/digest';
import type { PointedFault } from '@star-graph/workflows/shared/pointer';
import { Problem } from '../../ground/errors.ts';

/** A checked document of an operator. */
export interface CheckedManifest {
  workflow: Workflow;
  /** Canonical JSON, defaults filled in: equal documents have equal text. */
  content: string;
  /** SHA-256 of `content`, hex: of graph, params, binding, titles and price. */
  digest: string;
}

/** @throws ManifestError with a pointer for each fault. */
export function checkManifest(raw: unknown, options: ManifestOptions): CheckedManifest {
  const workflow = parseManifest(raw, options);
  const document = manifestDocument.parse(raw);
  return { workflow, content: canonicalJson(document), digest: digestOf(document) };
}

/** Why a stored document cannot be used: it was accepted under wider rules. Empty when it can. */
export function findFaults(document: unknown): readonly PointedFault[] {
  try {
    parseManifest(document);
    return [];
  } catch (error) {
    if (error instanceof ManifestError) return error.faults;
    throw error;
  }
}

/** As an answer to the sender of the document; other errors stay as they are. */
export function toManifestProblem(error: unknown): unknown {
  if (!(error instanceof ManifestError)) return error;
  return refuseManifest(error.faults, error);
}

export const refuseManifest = (errors: readonly PointedFault[], cause?: unknown): Problem =>
  new Problem(
    'invalid-params',
    'This workflow cannot be taken. Correct the places listed and send it again.',
    { errors, cause },
  );
