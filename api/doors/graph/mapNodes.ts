import type { OwnGraphFault } from '@star-graph/workflows/graph/checkOwnGraph';
import type { NodeClassInfo, ObjectInfo } from '@star-graph/workflows/graph/objectInfo';
import { z } from 'zod';

/** A picture that a program sent before its graph. */
export interface NamedPicture {
  /** As graphs load it. */
  file: string;
  hasAlpha: boolean;
}

const load = 'ETN_LoadImageCache';
const save = 'ETN_SaveImageCache';
const cutOut = 'ETN_ApplyMaskToImage';
const sendBack = 'SaveImageWebsocket';

interface MappedClass {
  /** What takes its place. */
  by: readonly string[];
  info: NodeClassInfo;
}

/**
 * Classes in whose place others run: those of comfyui-tooling-nodes, which a server need not have, and ComfyUI's own
 * that stores nothing, since what is not stored is neither looked through nor there for whoever lost the connection.
 */
const mappedClasses: Readonly<Record<string, MappedClass>> = {
  [load]: {
    by: ['LoadImage', 'LoadImageMask', 'InvertMask'],
    info: { input: { required: { id: ['STRING', {}] } }, output: ['IMAGE', 'MASK'] },
  },
  [save]: {
    by: ['SaveImage'],
    info: {
      input: { required: { images: ['IMAGE'], format: ['COMBO', { options: ['PNG', 'JPEG'] }] } },
      output: [],
      output_node: true,
    },
  },
  [cutOut]: {
    by: ['InvertMask', 'JoinImageWithAlpha'],
    info: { input: { required: { image: ['IMAGE'], mask: ['MASK'] } }, output: ['IMAGE'] },
  },
  [sendBack]: {
    by: ['SaveImage'],
    info: { input: { required: { images: ['IMAGE'] } }, output: [], output_node: true },
  },
};

/** A server's classes with those that the door maps onto them. */
export const withMapped = (pool: ObjectInfo): ObjectInfo => ({
  ...pool,
  ...Object.fromEntries(
    Object.entries(mappedClasses).flatMap(([name, { by, info }]) =>
      by.every((one) => Object.hasOwn(pool, one)) ? [[name, info] as const] : [],
    ),
  ),
});

const link = z.tuple([z.string(), z.int()]);
const node = z.looseObject({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) });
type Node = z.output<typeof node>;

/** The names of the pictures that a graph loads; of anything that is no graph none. */
export function picturesOf(graph: unknown): string[] {
  const nodes = z.record(z.string(), z.unknown()).safeParse(graph).data ?? {};
  const names = Object.values(nodes).map((one) => node.safeParse(one).data);
  return [...new Set(names.flatMap((one) => (one?.class_type === load ? String(one.inputs.id) : [])))];
}

interface MappedGraph {
  graph: unknown;
  /** Ids of the nodes whose pictures the client waits for on its socket. */
  sentBack: string[];
  faults: OwnGraphFault[];
}

/**
 * A graph with other nodes in the place of those that are mapped, each with the same result: a picture sent before is
 * an upload, a picture to give back is saved, and a mask is opacity where ComfyUI's own means transparency. The shape
 * of the rest is checked later.
 */
export function mapNodes(graph: unknown, pictures: ReadonlyMap<string, NamedPicture>): MappedGraph {
  const nodes = z.record(z.string(), z.unknown()).safeParse(graph).data;
  if (!nodes) return { graph, sentBack: [], faults: [] };
  const faults: OwnGraphFault[] = [];
  const mapped: Record<string, unknown> = {};
  const masks = new Set<string>();
  const sentBack: string[] = [];
  for (const [id, sent] of Object.entries(nodes)) {
    const { data } = node.safeParse(sent);
    if (!data || !Object.hasOwn(mappedClasses, data.class_type)) {
      mapped[id] = sent;
      continue;
    }
    if (data.class_type === sendBack) sentBack.push(id);
    if (data.class_type === load) {
      masks.add(id);
      const picture = pictures.get(String(data.inputs.id));
      if (picture) Object.assign(mapped, loadNodes(id, picture));
      else faults.push({ code: 'not-allowed', nodeId: id, input: 'id', message: notHere });
    } else Object.assign(mapped, data.class_type === cutOut ? cutOutNodes(id, data) : saveNode(id, data));
  }
  return { graph: withMasks(mapped, masks), sentBack, faults };
}

const notHere = 'This picture was not sent, or more than an hour ago. Send it again before the graph.';

const maskOf = (id: string) => `${id}-mask`;
const opacityOf = (id: string) => `${id}-opacity`;
const invert = (mask: unknown): Node => ({ class_type: 'InvertMask', inputs: { mask } });

function loadNodes(id: string, { file, hasAlpha }: NamedPicture): Record<string, Node> {
  const mask: Node = {
    class_type: 'LoadImageMask',
    inputs: { image: file, channel: hasAlpha ? 'alpha' : 'red' },
  };
  return {
    [id]: { class_type: 'LoadImage', inputs: { image: file } },
    ...(hasAlpha
      ? { [opacityOf(id)]: mask, [maskOf(id)]: invert([opacityOf(id), 0]) }
      : { [maskOf(id)]: mask }),
  };
}

const saveNode = (id: string, { inputs }: Node): Record<string, Node> => ({
  [id]: { class_type: 'SaveImage', inputs: { images: inputs.images, filename_prefix: 'result' } },
});

const cutOutNodes = (id: string, { inputs }: Node): Record<string, Node> => ({
  [opacityOf(id)]: invert(inputs.mask),
  [id]: { class_type: 'JoinImageWithAlpha', inputs: { image: inputs.image, alpha: [opacityOf(id), 0] } },
});

/** The second output of a loaded picture is a node of its own. */
function withMasks(nodes: Record<string, unknown>, masks: ReadonlySet<string>): Record<string, unknown> {
  const relink = (value: unknown): unknown => {
    const { data } = link.safeParse(value);
    return data && data[1] === 1 && masks.has(data[0]) ? [maskOf(data[0]), 0] : value;
  };
  return Object.fromEntries(
    Object.entries(nodes).map(([id, sent]) => {
      const { data } = node.safeParse(sent);
      if (!data) return [id, sent];
      const inputs = Object.entries(data.inputs).map(([name, value]) => [name, relink(value)]);
      return [id, { ...data, inputs: Object.fromEntries(inputs) }];
    }),
  );
}
