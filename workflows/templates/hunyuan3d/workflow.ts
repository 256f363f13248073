import { defineWorkflow } from '../../defineWorkflow.ts';
import graph from './graph.json' with { type: 'json' };
import { hunyuan3dParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'hunyuan3d',
  version: 1,
  type: 'custom',
  title: { en: 'Picture to 3D (Hunyuan3D)', 'zh-CN': '图片转 3D（Hunyuan3D）' },
  description: {
    en: 'Makes a 3D model of what a picture shows, without colours. The result is a .glb file.',
    'zh-CN': '根据图片内容生成 3D 模型，不含颜色。结果为 .glb 文件。',
  },
  params: hunyuan3dParams,
  graph,
  binding: { image: '1.image', steps: '7.steps', seed: '7.seed' },
  outputKind: 'model3d',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: ({ steps }) => steps,
  // An estimate: the surface takes as long as some steps.
  rates: { creditsPerUnit: 0.2, secondsPerUnit: 0.5, overheadSeconds: 20 },
});
