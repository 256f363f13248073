import { freemem, totalmem } from 'node:os';
import type { PreviewBackendConfig } from '../config.ts';
import type { Inventory } from '../graph/inventory.ts';
import type { ModelCatalogue } from '../models.ts';
import { sendEmpty, sendJson } from './http.ts';
import type { Route } from './router.ts';

interface InfoRouteDeps {
  config: PreviewBackendConfig;
  inventory: Inventory;
  models: ModelCatalogue;
  /** Bytes of model files that the server claims to hold. */
  loadedBytes: () => number;
}

/** Inventory, health and features. */
export function infoRoutes({ config, inventory, models, loadedBytes }: InfoRouteDeps): Route[] {
  return [
    {
      method: 'GET',
      pattern: '/object_info',
      handle: (exchange) => sendJson(exchange, 200, inventory.all()),
    },
    {
      method: 'GET',
      pattern: '/object_info/{class}',
      handle(exchange) {
        const classType = exchange.params.class ?? '';
        const info = inventory.find(classType);
        sendJson(exchange, 200, info ? { [classType]: info } : {});
      },
    },
    { method: 'GET', pattern: '/models', handle: (exchange) => sendJson(exchange, 200, models.folders()) },
    {
      method: 'GET',
      pattern: '/models/{folder}',
      handle(exchange) {
        const names = models.names(exchange.params.folder ?? '');
        if (names) sendJson(exchange, 200, names);
        else sendEmpty(exchange, 404);
      },
    },
    {
      method: 'GET',
      pattern: '/embeddings',
      handle: (exchange) =>
        sendJson(
          exchange,
          200,
          (models.names('embeddings') ?? []).map((name) => name.replace(/\.[^.]+$/, '')),
        ),
    },
    {
      method: 'GET',
      pattern: '/view_metadata/{folder}',
      handle(exchange) {
        const filename = exchange.query.get('filename');
        const file = filename === null ? null : models.find(exchange.params.folder ?? '', filename);
        if (file?.metadata) sendJson(exchange, 200, file.metadata);
        else sendEmpty(exchange, 404);
      },
    },
    {
      method: 'GET',
      pattern: '/system_stats',
      handle: (exchange) => sendJson(exchange, 200, systemStats(config, loadedBytes())),
    },
    { method: 'GET', pattern: '/features', handle: (exchange) => sendJson(exchange, 200, features(config)) },
  ];
}

/** Also the server's answer to a client's feature flags. */
export function features(config: PreviewBackendConfig): object {
  if (config.protocol === '0.3.64') {
    return { supports_preview_metadata: true, max_upload_size: config.maxUploadBytes };
  }
  return {
    supports_preview_metadata: true,
    supports_model_type_tags: true,
    max_upload_size: config.maxUploadBytes,
    extension: { manager: { supports_v4: true } },
    node_replacements: true,
    assets: false,
  };
}

function systemStats(config: PreviewBackendConfig, loadedBytes: number): object {
  const isNewer = config.protocol === '0.33.0';
  const { vramBytes } = config.simulation;
  const ramTotal = totalmem();
  const ramFree = freemem();
  const total = vramBytes ?? ramTotal;
  const free = vramBytes === null ? ramFree : Math.max(0, vramBytes - loadedBytes);
  const frontend = isNewer ? '1.49.6' : '1.27.10';
  const templates = isNewer ? '0.11.44' : '0.1.95';
  return {
    system: {
      os: isNewer ? 'linux' : 'posix',
      ram_total: ramTotal,
      ram_free: ramFree,
      comfyui_version: config.protocol,
      required_frontend_version: frontend,
      installed_templates_version: templates,
      required_templates_version: templates,
      ...(isNewer && {
        comfy_package_versions: [
          { name: 'comfyui-frontend-package', installed: frontend, required: frontend },
          { name: 'comfyui-workflow-templates', installed: templates, required: templates },
        ],
      }),
      python_version: '3.13.5 (preview backend: there is no Python here)',
      pytorch_version: '2.6.0+cpu',
      embedded_python: false,
      ...(isNewer && { deploy_environment: 'local-git' }),
      argv: [
        ...['main.py', '--cpu', '--listen', config.host, '--port', String(config.port)],
        ...(config.previews ? ['--preview-method', 'latent2rgb'] : []),
      ],
    },
    devices: [
      {
        name: vramBytes === null ? 'cpu' : 'cuda:0 simulated',
        type: vramBytes === null ? 'cpu' : 'cuda',
        index: vramBytes === null ? null : 0,
        vram_total: total,
        vram_free: free,
        torch_vram_total: vramBytes === null ? total : loadedBytes,
        torch_vram_free: vramBytes === null ? free : 0,
      },
    ],
  };
}
