import type { Graph, GraphNode } from '../graph/graph.ts';
import { isLink } from '../graph/graphEditor.ts';
import type { InputImage } from '../workflow.ts';

/** A part of a source picture, in its pixels. */
interface ShownPart extends InputImage {
  x: number;
  y: number;
}

interface Shown {
  part: ShownPart;
  /** The size of the picture that shows the part. */
  size: InputImage;
}

/**
 * The part of the source picture that a node still shows, by the arithmetic of ComfyUI's own nodes: ImageCrop cuts
 * pixels, ImageScale with crop "center" cuts to the new aspect as `common_upscale` of comfy/utils.py does.
 */
export function findShownPart(graph: Graph, id: string, source: InputImage): ShownPart {
  return trace(graph, id, source).part;
}

function trace(graph: Graph, id: string, source: InputImage): Shown {
  const node = graph[id];
  switch (node?.class_type) {
    case 'LoadImage':
      return { part: { x: 0, y: 0, ...source }, size: source };
    case 'ImageCrop': {
      const before = traceImage(graph, node, source);
      const cut = { x: Number(node.inputs.x), y: Number(node.inputs.y), ...sizeOf(node) };
      const width = Math.min(cut.width, before.size.width - cut.x);
      const height = Math.min(cut.height, before.size.height - cut.y);
      return { part: cutOut(before, { ...cut, width, height }), size: { width, height } };
    }
    case 'ImageScale': {
      const before = traceImage(graph, node, source);
      const size = sizeOf(node);
      const part = node.inputs.crop === 'center' ? cutOut(before, centre(before.size, size)) : before.part;
      return { part, size };
    }
    default:
      throw new Error(`node "${id}" is no picture that this follows`);
  }
}

function traceImage(graph: Graph, { inputs: { image } }: GraphNode, source: InputImage): Shown {
  if (!isLink(image)) throw new Error('a picture comes from another node');
  return trace(graph, image[0], source);
}

const sizeOf = ({ inputs }: GraphNode): InputImage => ({
  width: Number(inputs.width),
  height: Number(inputs.height),
});

function centre(old: InputImage, wanted: InputImage): ShownPart {
  const [oldAspect, newAspect] = [old.width / old.height, wanted.width / wanted.height];
  const x = Math.max(0, Math.round((old.width - old.width * (newAspect / oldAspect)) / 2));
  const y = Math.max(0, Math.round((old.height - old.height * (oldAspect / newAspect)) / 2));
  return { x, y, width: old.width - 2 * x, height: old.height - 2 * y };
}

function cutOut({ part, size }: Shown, cut: ShownPart): ShownPart {
  const [acrossX, acrossY] = [part.width / size.width, part.height / size.height];
  return {
    x: part.x + cut.x * acrossX,
    y: part.y + cut.y * acrossY,
    width: cut.width * acrossX,
    height: cut.height * acrossY,
  };
}
