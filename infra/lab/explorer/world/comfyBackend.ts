import type { World } from './world.ts';

/** What the next prompt of a backend does instead of succeeding. */
export type Misfortune = 'fails' | 'out of memory' | 'is lost' | 'hangs' | 'says nothing';

/** The other end of a socket. */
interface Listener {
  receive(text: string): void;
  terminate(): void;
}

interface Prompt {
  id: string;
  number: number;
  clientId: string;
  firstNode: string;
  outputNode: string;
}

export interface Answer {
  status: number;
  body: string | Buffer;
}

export interface Request {
  method: string;
  path: string;
  body: string;
}

const json = (value: unknown, status = 200): Answer => ({ status, body: JSON.stringify(value) });
const nothing: Answer = { status: 200, body: '' };
const gigabyte = 1024 ** 3;
const facts = json({
  system: { comfyui_version: '0.3.64', ram_total: 64 * gigabyte, ram_free: 60 * gigabyte, argv: [] },
  devices: [{ name: 'cuda:0 Story', type: 'cuda', vram_total: 24 * gigabyte, vram_free: 22 * gigabyte }],
});

const item = ({ number, id, clientId }: Prompt) => [number, id, {}, { client_id: clientId }, []];

const failures = {
  fails: { exception_type: 'RuntimeError', exception_message: 'the node broke' },
  'out of memory': { exception_type: 'torch.OutOfMemoryError', exception_message: 'Allocation on device' },
};

/** A ComfyUI: its queue, its history, its worker and whom it tells of them. */
export class Backend {
  readonly name: string;
  readonly url: string;
  /** Answers nothing until then. */
  silentUntilMs = 0;
  /** Refuses new prompts with a 500; `queued all the same`: after it took them. */
  refuses: 'no' | 'refused' | 'queued all the same' = 'no';
  misfortunes: Misfortune[] = [];
  /** Each message comes twice. */
  repeats = false;
  /** What it holds is missing in its next answer, unless it was told to drop that: then the answer must be true. */
  hides = false;
  /** Prompts that came since they were taken from here. */
  readonly arrived: string[] = [];
  readonly #told = new Set<string>();
  /** Prompts by id, with how often they began. */
  readonly begun = new Map<string, number>();
  /** Prompts that ran to success. */
  readonly finished = new Set<string>();
  /** Successes whose results went with a restart. */
  readonly forgotten = new Set<string>();
  readonly #world: World;
  readonly #objectInfo: string;
  readonly #runMs: number;
  #pending: Prompt[] = [];
  #running: { prompt: Prompt; stop: () => void } | undefined;
  #history = new Map<string, unknown>();
  readonly #sockets = new Map<Listener, string>();
  #numbers = 0;

  constructor(world: World, one: { name: string; url: string; objectInfo: string; runMs: number }) {
    this.#world = world;
    this.name = one.name;
    this.url = one.url;
    this.#objectInfo = one.objectInfo;
    this.#runMs = one.runMs;
  }

  /** What it runs, and what waits. */
  held(): string[] {
    const running = this.#running ? [this.#running.prompt.id] : [];
    return [...running, ...this.#pending.map(({ id }) => id)];
  }

  attach(socket: Listener, clientId: string): void {
    this.#sockets.set(socket, clientId);
  }

  detach(socket: Listener): void {
    this.#sockets.delete(socket);
  }

  /** Its queue and history are gone; sockets break. */
  restart(): void {
    this.#running?.stop();
    this.#running = undefined;
    this.#pending = [];
    for (const id of this.#history.keys()) if (this.finished.has(id)) this.forgotten.add(id);
    this.#history = new Map();
    for (const socket of [...this.#sockets.keys()]) socket.terminate();
    this.#sockets.clear();
  }

  handle({ method, path, body }: Request): Answer {
    const [route = ''] = path.split('?');
    if (method === 'POST' && route === '/prompt') return this.#post(body);
    if (route === '/queue') return method === 'GET' ? this.#listQueue() : this.#delete(body);
    if (route === '/interrupt') return this.#interrupt((JSON.parse(body) as { prompt_id: string }).prompt_id);
    if (route.startsWith('/history/')) return this.#readHistory(decodeURIComponent(route.slice(9)));
    if (route === '/system_stats') return facts;
    if (route === '/features') return json({ max_upload_size: 104_857_600 });
    if (route === '/object_info') return { status: 200, body: this.#objectInfo };
    if (route === '/view') return { status: 200, body: Buffer.from(path) };
    if (route === '/free') return nothing;
    return { status: 404, body: 'not found' };
  }

  #listQueue(): Answer {
    const isHidden = this.hides && this.held().length > 0 && !this.held().some((id) => this.#told.has(id));
    if (isHidden) {
      this.hides = false;
      this.#world.note(`${this.name}: hides what it holds`);
      return json({ queue_running: [], queue_pending: [] });
    }
    const running = this.#running ? [item(this.#running.prompt)] : [];
    return json({ queue_running: running, queue_pending: this.#pending.map(item) });
  }

  #delete(body: string): Answer {
    const { delete: ids = [] } = JSON.parse(body) as { delete?: string[] };
    for (const id of ids) this.#told.add(id);
    this.#pending = this.#pending.filter(({ id }) => !ids.includes(id));
    return nothing;
  }

  #readHistory(id: string): Answer {
    return json(this.#history.has(id) ? { [id]: this.#history.get(id) } : {});
  }

  #post(body: string): Answer {
    const {
      prompt: graph,
      prompt_id: id,
      client_id: clientId,
    } = JSON.parse(body) as {
      prompt: Record<string, { class_type: string }>;
      prompt_id: string;
      client_id: string;
    };
    if (this.refuses === 'refused') return { status: 500, body: 'no' };
    const nodes = Object.entries(graph);
    const outputNode = nodes.find(([, { class_type }]) => class_type === 'SaveImage')?.[0] ?? '1';
    this.#numbers += 1;
    const firstNode = nodes[0]?.[0] ?? outputNode;
    this.#pending.push({ id, number: this.#numbers, clientId, firstNode, outputNode });
    this.arrived.push(id);
    this.#beginNext();
    if (this.refuses === 'queued all the same') this.#world.note(`${this.name}: queues what it refuses`);
    if (this.refuses === 'queued all the same') return { status: 500, body: 'broken' };
    return json({ prompt_id: id, number: this.#numbers, node_errors: {} });
  }

  #interrupt(id: string): Answer {
    this.#told.add(id);
    const running = this.#running;
    if (running?.prompt.id !== id) return nothing;
    running.stop();
    this.#running = undefined;
    const messages = [['execution_interrupted', { prompt_id: id }]];
    this.#history.set(id, { outputs: {}, status: { status_str: 'error', messages } });
    this.#tell(running.prompt, 'execution_interrupted', {});
    this.#tell(running.prompt, 'executing', { node: null });
    this.#beginNext();
    return nothing;
  }

  #tell({ id, clientId }: Prompt, type: string, data: object): void {
    const text = JSON.stringify({ type, data: { prompt_id: id, ...data } });
    for (const [socket, listener] of this.#sockets) {
      if (listener !== clientId) continue;
      socket.receive(text);
      if (this.repeats) socket.receive(text);
    }
  }

  #beginNext(): void {
    if (this.#running) return;
    const prompt = this.#pending.shift();
    if (!prompt) return;
    const misfortune = this.misfortunes.shift();
    this.begun.set(prompt.id, (this.begun.get(prompt.id) ?? 0) + 1);
    this.#world.note(`${this.name}: begins prompt ${prompt.id}`);
    if (misfortune === 'is lost') {
      this.#world.note(`${this.name}: loses prompt ${prompt.id}`);
      this.#beginNext();
      return;
    }
    this.#running = { prompt, stop: () => {} };
    const say = (type: string, data: object) => {
      if (misfortune !== 'says nothing') this.#tell(prompt, type, data);
    };
    say('execution_start', {});
    say('executing', { node: prompt.firstNode });
    if (misfortune === 'hangs') return;
    const { after } = this.#world.outside.clock;
    let stop = after(this.#runMs / 2, () => {
      say('progress', { node: prompt.firstNode, value: 1, max: 2 });
      stop = after(this.#runMs / 2, () => this.#end(prompt, misfortune, say));
    });
    this.#running.stop = () => stop();
  }

  #end(prompt: Prompt, misfortune: Misfortune | undefined, say: (type: string, data: object) => void): void {
    const { id, outputNode: node } = prompt;
    const at = this.#world.outside.clock.now().getTime();
    const fault =
      misfortune === 'fails' || misfortune === 'out of memory'
        ? { node_id: node, node_type: 'SaveImage', ...failures[misfortune] }
        : undefined;
    const images = [{ filename: `${id}.png`, subfolder: '', type: 'output' }];
    const end = fault ? 'execution_error' : 'execution_success';
    const messages = [
      ['execution_start', { prompt_id: id, timestamp: at - this.#runMs }],
      [end, { prompt_id: id, timestamp: at, ...fault }],
    ];
    const status = { status_str: fault ? 'error' : 'success', messages };
    this.#history.set(id, { outputs: fault ? {} : { [node]: { images } }, status });
    this.#world.note(`${this.name}: prompt ${id} ${fault ? 'fails' : 'succeeds'}`);
    if (!fault) {
      this.finished.add(id);
      say('executed', { node, output: { images } });
    }
    say(end, fault ?? {});
    this.#running = undefined;
    say('executing', { node: null });
    this.#beginNext();
  }
}
