import type { FirstVersion } from './writeFirstVersion.ts';

/** A graph that scales a picture to 512 × 512, with its schema and binding. */
export function newWorkflow(name: string): FirstVersion {
  const folder = `workflows/templates/${name}`;
  const schema = `${name.replaceAll(/-+(.)/g, (_, letter: string) => letter.toUpperCase()).replace(/^(?=[0-9])/, 'the')}Params`;
  const type = `${schema.charAt(0).toUpperCase()}${schema.slice(1)}`;
  return {
    files: {
      [`${folder}/graph.json`]: graphOf(name),
      [`${folder}/params.ts`]: `import { z } from 'zod';
import { sourceImageField } from '../../params/fields.ts';

export const ${schema} = z.strictObject({
  image: sourceImageField,
});

/** What a client sends. */
export type ${type} = z.input<typeof ${schema}>;
`,
      [`${folder}/workflow.ts`]: `import { defineWorkflow } from '../../defineWorkflow.ts';
import graph from './graph.json' with { type: 'json' };
import { ${schema} } from './params.ts';

const workflow = defineWorkflow({
  name: '${name}',
  version: 1,
  type: 'img2img',
  title: { en: '${name}', 'zh-CN': '${name}' },
  description: { en: 'What it makes of what, in a sentence.', 'zh-CN': '简短说明。' },
  params: ${schema},
  graph,
  binding: { image: '1.image' },
  outputKind: 'image',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: () => 1,
  rates: { creditsPerUnit: 1, secondsPerUnit: 1, overheadSeconds: 2 },
});
`,
    },
    lines: [],
    next: [
      'Export your graph from ComfyUI (API format) as graph.json; name its parameters in params.ts; bind and price them in workflow.ts.',
      'npm test -- workflows/builtin tries it with arbitrary values, and writes bound.v1.json for you to review.',
    ],
  };
}

const graphOf = (name: string): string => `{
  "1": {
    "class_type": "LoadImage",
    "inputs": { "image": "input.png" },
    "_meta": { "title": "Picture" }
  },
  "2": {
    "class_type": "ImageScale",
    "inputs": {
      "image": ["1", 0],
      "upscale_method": "lanczos",
      "width": 512,
      "height": 512,
      "crop": "disabled"
    },
    "_meta": { "title": "Scale" }
  },
  "3": {
    "class_type": "SaveImage",
    "inputs": { "images": ["2", 0], "filename_prefix": "${name}" },
    "_meta": { "title": "Save" }
  }
}
`;
