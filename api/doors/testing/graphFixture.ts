import type { TokenSignInView } from '@star-graph/contract/auth/signIn';
import type { Answer } from '../../testing/servers/apiServer.ts';
import { type PoolServer, poolFixture } from '../../testing/servers/poolServer.ts';
import { checkAnswers } from './describedAnswers.ts';

/** What the door answers. */
interface DoorAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape is another program's
  body: any;
}

/** A person who comes in with a key. */
export interface GraphPerson {
  person: TokenSignInView;
  key: string;
  /** JSON where a body is given, unless it is a form. */
  send(path: string, body?: unknown, method?: string): Promise<DoorAnswer>;
  balance(): Promise<{ available: number; held: number }>;
  tasks(): Promise<
    {
      id: string;
      status: string;
      type: string;
      cost: number;
      charged?: number;
      progress: { cancelCost?: number };
      params: Record<string, unknown>;
    }[]
  >;
}

interface GraphFixture extends PoolServer {
  /** @param limits of the key. */
  enter(limits?: object): Promise<GraphPerson>;
  /** Changes settings of the platform; null: back to the default. */
  set(values: object): Promise<Answer>;
}

/** The whole platform with the door open for everybody. Runs stop before their first step until they are released. */
export function graphFixture(options: Parameters<typeof poolFixture>[0] = {}): GraphFixture {
  const server = poolFixture({ ...options, env: { GRAPH_PORT: '0', GRAPH_DOOR: 'user', ...options.env } });
  const { api } = server;
  checkAnswers(api);
  return {
    ...server,
    async enter(limits = {}) {
      const person = await api.signUp();
      const { accessToken: token } = person;
      const made = await api.call('/api/v1/users/api-keys', { token, body: { name: 'client', ...limits } });
      const { key } = made.body;
      if (made.status !== 201) throw new Error(`no key was made: ${JSON.stringify(made.body)}`);
      return {
        person,
        key,
        send: (path, body, method) => sendTo(api.graphUrl, key, path, body, method),
        async balance() {
          const { available, held } = (await api.call('/api/v1/users/balance', { token })).body;
          return { available, held };
        },
        tasks: async () => (await api.call('/api/v1/tasks', { token })).body.items,
      };
    },
    async set(values) {
      const { version } = (await server.asAdmin('settings')).body;
      return server.asAdmin('settings', { version, values }, 'PATCH');
    },
  };
}

async function sendTo(
  url: string,
  key: string,
  path: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<DoorAnswer> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const isJson = response.headers.get('content-type')?.includes('json');
  const read = isJson ? await response.json() : Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, body: read };
}

/** The smallest graph that draws. */
export const drawing = ({ seed = 1, steps = 2, text = 'a lighthouse' } = {}) => ({
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: checkpoint } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text, clip: ['4', 1] } },
  '7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['4', 1] } },
  '3': {
    class_type: 'KSampler',
    inputs: {
      seed,
      steps,
      cfg: 7,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
      model: ['4', 0],
      positive: ['6', 0],
      negative: ['7', 0],
      latent_image: ['5', 0],
    },
  },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { filename_prefix: '../../etc/passwd', images: ['8', 0] } },
});

export const checkpoint = 'v1-5-pruned-emaonly-fp16.safetensors';
