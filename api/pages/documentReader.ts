import type { Catalogue } from '@star-graph/core/library/catalogue/catalogue';
import type { Workflow } from '@star-graph/workflows';
import { createOpenApiDocument } from './createDocument.ts';

/** Reads the OpenAPI document as JSON, made anew when the workflows on offer change. */
export function createDocumentReader(deps: {
  catalogue: Pick<Catalogue, 'listOffered'>;
  publicUrl: string;
  /** Undefined with an object store. */
  fileUrls: object | undefined;
}): () => Promise<Buffer> {
  let made: { workflows: readonly Workflow[]; json: Buffer } | undefined;
  return async () => {
    const workflows = await deps.catalogue.listOffered();
    const isSame =
      made?.workflows.length === workflows.length &&
      workflows.every((workflow, index) => workflow === made?.workflows[index]);
    if (!made || !isSame) {
      const document = createOpenApiDocument({
        publicUrl: deps.publicUrl,
        workflows,
        servesFiles: deps.fileUrls !== undefined,
      });
      made = { workflows, json: Buffer.from(JSON.stringify(document)) };
    }
    return made.json;
  };
}
