import type { Workflow } from '@star-graph/workflows';
import { canonicalJson, digestOf } from '@star-graph/workflows/digest';
import {
  defaultAllowedClasses,
  ManifestError,
  type ManifestOptions,
  parseManifest,
} from '@star-graph/workflows/manifest';
import { manifestDocument } from '@star-graph/workflows/manifest/manifestSchema';
import { type PointedError, Problem } from '../errors.ts';

/** An operator's document that was checked. */
export interface CheckedManifest {
  workflow: Workflow;
  /** Canonical JSON, defaults filled in: equal documents have equal text, however they were written. */
  content: string;
  /** SHA-256 of `content`, hex: of graph, params and binding, and of titles and price as well. */
  digest: string;
}

/** What the installation lets operators' graphs use: ComfyUI's own harmless classes and what `extra` names. */
export const allowClasses = (extra: readonly string[]): ReadonlySet<string> =>
  new Set([...defaultAllowedClasses, ...extra]);

/** @throws ManifestError with a pointer for each fault. */
export function checkManifest(raw: unknown, options: ManifestOptions): CheckedManifest {
  const workflow = parseManifest(raw, options);
  const document = manifestDocument.parse(raw);
  return { workflow, content: canonicalJson(document), digest: digestOf(document) };
}

/** Why a stored document cannot be used: it was taken by rules that allowed more. Empty when it can. */
export function findFaults(document: unknown, allowedClasses: ReadonlySet<string>): readonly PointedError[] {
  try {
    parseManifest(document, { allowedClasses });
    return [];
  } catch (error) {
    if (error instanceof ManifestError) return error.faults;
    throw error;
  }
}

/** As an answer to whoever sent the document; other errors as they are. */
export function toManifestProblem(error: unknown): unknown {
  if (!(error instanceof ManifestError)) return error;
  return refuseManifest(error.faults, error);
}

export const refuseManifest = (errors: readonly PointedError[], cause?: unknown): Problem =>
  new Problem(
    'invalid-params',
    'This workflow cannot be taken. Correct the places listed and send it again.',
    { errors, cause },
  );
