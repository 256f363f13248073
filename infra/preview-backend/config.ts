import { parseArgs } from 'node:util';
import type { GateConfig } from './execution/gate.ts';

/** The two recorded versions of ComfyUI whose behaviour can be spoken. */
const protocolFlavours = ['0.3.64', '0.33.0'] as const;
export type ProtocolFlavour = (typeof protocolFlavours)[number];

interface SimulationConfig {
  /** Whether sentinels in prompts and `/control` work at all. */
  enabled: boolean;
  /** Added to each sampler step. */
  secondsPerStep: number;
  /** Added to each load of a model file that is not cached. */
  checkpointLoadSeconds: number;
  /** What `/system_stats` claims as the device's memory; null reports the machine's own memory, as `--cpu` does. */
  vramBytes: number | null;
  /** Every sampled picture of a size is the same plain one: measures the platform, not image encoding. */
  instant: boolean;
}

export interface PreviewBackendConfig {
  host: string;
  /** 0 takes a free port. */
  port: number;
  dataDirectory: string;
  protocol: ProtocolFlavour;
  /** Whether samplers send latent previews unless a prompt says otherwise. */
  previews: boolean;
  /** Whether they are as grainy, and so as large, as those of a diffusion model. */
  grainyPreviews: boolean;
  /** Path of the models manifest. */
  modelsFile: string;
  maxUploadBytes: number;
  /** Worker threads for pixels: upscaling tiles run on all of them. */
  workerThreads: number;
  cacheNone: boolean;
  /** Undefined: any client may call, as with ComfyUI itself. */
  gate: GateConfig | undefined;
  /** Ends when its standard input ends, so that it never outlives the process that started it. */
  stopsWithStdin: boolean;
  simulation: SimulationConfig;
}

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  'data-dir': { type: 'string' },
  protocol: { type: 'string' },
  'preview-method': { type: 'string' },
  'grainy-previews': { type: 'boolean' },
  models: { type: 'string' },
  'max-upload-size': { type: 'string' },
  threads: { type: 'string' },
  'cache-none': { type: 'boolean' },
  'require-basic': { type: 'string' },
  'require-bearer': { type: 'string' },
  'require-header': { type: 'string' },
  simulate: { type: 'boolean' },
  'seconds-per-step': { type: 'string' },
  'checkpoint-load-seconds': { type: 'string' },
  'vram-gib': { type: 'string' },
  instant: { type: 'boolean' },
  'stop-with-stdin': { type: 'boolean' },
} as const;

type OptionName = keyof typeof options;

interface ConfigDefaults {
  dataDirectory: string;
  modelsFile: string;
  workerThreads: number;
}

/**
 * Reads flags first, then `PREVIEW_BACKEND_<NAME>` from the environment, then the defaults. Throws an Error that
 * lists every fault at once.
 */
export function parseConfig(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  defaults: ConfigDefaults,
): PreviewBackendConfig {
  const { values } = parseArgs({ args: [...argv], options, strict: true });
  const faults: string[] = [];
  const text = (name: OptionName): string | undefined => {
    const flag = values[name];
    if (flag !== undefined) return String(flag);
    const fromEnv = env[`PREVIEW_BACKEND_${name.toUpperCase().replaceAll('-', '_')}`];
    return fromEnv === '' ? undefined : fromEnv;
  };
  const number = (name: OptionName, fallback: number, min: number, max: number): number => {
    const raw = text(name);
    if (raw === undefined) return fallback;
    const value = Number(raw);
    if (Number.isFinite(value) && value >= min && value <= max) return value;
    faults.push(`--${name} must be a number from ${min} to ${max}, not "${raw}"`);
    return fallback;
  };
  const choice = <T extends string>(name: OptionName, choices: readonly T[], fallback: T): T => {
    const raw = text(name) ?? fallback;
    const found = choices.find((one) => one === raw);
    if (!found) faults.push(`--${name} must be one of ${choices.join(', ')}, not "${raw}"`);
    return found ?? fallback;
  };
  const vramGib = number('vram-gib', 0, 0, 4096);
  const config: PreviewBackendConfig = {
    host: text('host') ?? '127.0.0.1',
    port: number('port', 0, 0, 65_535),
    dataDirectory: text('data-dir') ?? defaults.dataDirectory,
    protocol: choice('protocol', protocolFlavours, '0.33.0'),
    previews: choice('preview-method', ['none', 'auto', 'latent2rgb', 'taesd'], 'none') !== 'none',
    grainyPreviews: text('grainy-previews') === 'true',
    modelsFile: text('models') ?? defaults.modelsFile,
    maxUploadBytes: Math.round(number('max-upload-size', 100, 0.001, 10_000) * 1024 * 1024),
    workerThreads: number('threads', defaults.workerThreads, 1, 64),
    cacheNone: text('cache-none') === 'true',
    gate: parseGate(text, faults),
    stopsWithStdin: text('stop-with-stdin') === 'true',
    simulation: {
      enabled: text('simulate') === 'true',
      secondsPerStep: number('seconds-per-step', 0, 0, 3600),
      checkpointLoadSeconds: number('checkpoint-load-seconds', 0, 0, 3600),
      vramBytes: vramGib > 0 ? Math.round(vramGib * 1024 ** 3) : null,
      instant: text('instant') === 'true',
    },
  };
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return config;
}

/** One kind at most: a proxy wants one proof. */
function parseGate(text: (name: OptionName) => string | undefined, faults: string[]): GateConfig | undefined {
  const [pair, token, header] = [text('require-basic'), text('require-bearer'), text('require-header')];
  if ([pair, token, header].filter((one) => one !== undefined).length > 1)
    faults.push('Give one of --require-basic, --require-bearer and --require-header');
  if (pair !== undefined) {
    if (!pair.includes(':')) faults.push('--require-basic must be user:password');
    return { kind: 'basic', pair };
  }
  if (token !== undefined) return { kind: 'bearer', token };
  if (header === undefined) return undefined;
  const [, name, value] = /^([\w-]+):\s*(\S.*)$/.exec(header) ?? [];
  if (name !== undefined && value !== undefined) return { kind: 'header', name, value };
  faults.push('--require-header must be "Name: value"');
  return undefined;
}
