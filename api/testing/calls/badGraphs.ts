import { sampleTextManifest } from '@star-graph/workflows/testing/sampleManifest';

type Manifest = ReturnType<typeof sampleTextManifest>;
export const withGraph = (change: (graph: Record<string, unknown>) => unknown): Manifest => {
  const manifest = sampleTextManifest('spoilt', 1);
  return { ...manifest, graph: change(structuredClone(manifest.graph)) as Manifest['graph'] };
};
/** With a node 12 of a class that the result comes through. */
export const endingIn = (graph: Record<string, unknown>, classType: string) => ({
  ...graph,
  '11': { class_type: 'SaveImage', inputs: { images: ['12', 0], filename_prefix: 'ComfyUI' } },
  '12': { class_type: classType, inputs: { images: ['10', 0] } },
});
const manyNodes = Object.fromEntries(
  Array.from({ length: 2_000 }, (_, index) => [index, { class_type: 'EmptyImage', inputs: {} }]),
);
export const badGraphs: [string, Manifest, string][] = [
  [
    'a dangling link',
    withGraph((graph) => ({ ...graph, '10': { class_type: 'VAEDecode', inputs: { samples: ['99', 0] } } })),
    '/graph/10/inputs/samples',
  ],
  [
    'a cycle',
    withGraph((graph) => ({ ...graph, '5': { class_type: 'ImageInvert', inputs: { image: ['10', 0] } } })),
    '/graph',
  ],
  ['2,000 nodes', withGraph(() => manyNodes), '/graph'],
  ['ComfyUI’s UI format', withGraph(() => ({ nodes: [], links: [], version: 0.4 })), '/graph'],
  ['no graph', withGraph(() => null), '/graph'],
];
