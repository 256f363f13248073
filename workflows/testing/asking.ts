import type { BoundInput, InputImage, Workflow, WorkflowParams } from '../workflow.ts';

/**
 * How tests of a template ask it: by what differs from `base`.
 * @param size of the one picture that it starts from, where a test names none
 */
export function asking(workflow: Workflow, base: WorkflowParams, size?: InputImage) {
  const parse = (raw: WorkflowParams): WorkflowParams => workflow.params.parse({ ...base, ...raw });
  return {
    parse,
    bind(raw: WorkflowParams, of = size) {
      const images: Record<string, BoundInput> = of ? { image: { ...of, uploadedName: 'photo.png' } } : {};
      return workflow.bind(parse(raw), { images, outputPrefix: 'star-graph/task' });
    },
    faultsOf: (raw: WorkflowParams) =>
      workflow.params
        .safeParse({ ...base, ...raw })
        .error?.issues.map(({ path, message }) => [path, message]),
  };
}
