/*
 * Small documents as ComfyUI's page saves them, for tests of the import: written by us in the same shape.
 */

export type Json = Record<string, unknown>;
export const field = (name: string, link: number | null = null) => ({
  name,
  type: '*',
  widget: { name },
  link,
});
export const socket = (name: string, type: string, link: number | null) => ({ name, type, link });
export const out = (...types: string[]) => types.map((type) => ({ name: type, type }));
export const saver = (id: number, link: number) => ({
  id,
  type: 'SaveImage',
  inputs: [socket('images', 'IMAGE', link)],
  widgets_values: ['ComfyUI'],
});
export const blank = (id: number, size: unknown[] = [64, 32, 1, 0]) => ({
  id,
  type: 'EmptyImage',
  inputs: [],
  outputs: out('IMAGE'),
  widgets_values: size,
});
export const invert = (id: number, link: number, mode = 0) => ({
  id,
  type: 'ImageInvert',
  mode,
  inputs: [socket('image', 'IMAGE', link)],
  outputs: out('IMAGE'),
  widgets_values: [],
});
export const subgraphId = '0b7e1c1e-0000-4000-8000-000000000001';
/** A picture of a size that the subgraph's node shows, inverted; with an input for another picture that blends in. */
export const part = {
  id: subgraphId,
  name: 'Blank',
  description: 'A blank picture.',
  inputs: [
    { name: 'width', type: 'INT', label: 'breadth' },
    { name: 'picture', type: 'IMAGE' },
  ],
  outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
  nodes: [
    { ...blank(5), inputs: [field('width', 1)] },
    {
      id: 6,
      type: 'ImageBatch',
      inputs: [socket('image1', 'IMAGE', 2), socket('image2', 'IMAGE', 3)],
      outputs: out('IMAGE'),
      widgets_values: [],
    },
  ],
  links: [
    { id: 1, origin_id: -10, origin_slot: 0, target_id: 5, target_slot: 0 },
    { id: 2, origin_id: 5, origin_slot: 0, target_id: 6, target_slot: 0 },
    { id: 3, origin_id: -10, origin_slot: 1, target_id: 6, target_slot: 1 },
    { id: 4, origin_id: 6, origin_slot: 0, target_id: -20, target_slot: 0 },
  ],
};
export const user = (values: unknown[], proxyWidgets: [string, string][], picture: number | null = null) => ({
  id: 9,
  type: subgraphId,
  mode: 0,
  inputs: [field('width'), socket('picture', 'IMAGE', picture)],
  outputs: out('IMAGE'),
  widgets_values: values,
  properties: { proxyWidgets },
});
export const page = (nodes: Json[], links: unknown[][], more: Json = {}) => ({
  version: 0.4,
  nodes,
  links,
  definitions: { subgraphs: [part] },
  ...more,
});
