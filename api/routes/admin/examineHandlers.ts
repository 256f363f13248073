import type { ExaminationView } from '@star-graph/contract/admin/backends';
import {
  type BackendNetwork,
  createBackendNetwork,
  readAuthorities,
} from '@star-graph/core/comfy/http/network';
import {
  type ExaminedServer,
  examineAddress,
  examineBackend,
} from '@star-graph/core/desk/pool/examineBackend';
import { findShipped } from '@star-graph/core/library/catalogue/models/entryIndex';
import type { ModelName } from '@star-graph/workflows/models/modelEntry';
import { findShippedFile, proposeUrl } from '@star-graph/workflows/models/shippedFiles/findShippedFile';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';

export type ExamineDeps = Pick<ApiDeps, 'database' | 'clock' | 'keyRing' | 'catalogue' | 'config'>;

/** Made when it is first needed: dispatchers have the file of authorities, and not every API does. */
export function openNetwork<Deps extends ExamineDeps>(deps: Deps) {
  let network: BackendNetwork | undefined;
  return () => {
    network ??= createBackendNetwork(readAuthorities(deps.config.COMFYUI_CA_FILE));
    return { ...deps, network };
  };
}

export function createExamineHandlers(deps: ExamineDeps) {
  const withNetwork = openNetwork(deps);
  return defineHandlers({
    async adminExamineServer({ body }) {
      return presentExamination(await examineAddress(withNetwork(), body));
    },
    async adminExamineBackend({ params }) {
      return presentExamination(await examineBackend(withNetwork(), params.id));
    },
  });
}

export function presentExamination({ url, examination }: ExaminedServer): ExaminationView {
  if ('fault' in examination) return { url, reachable: false, fault: examination.fault };
  const { facts, offsetMs, prompts, runs, lacks } = examination.found;
  return {
    url,
    reachable: true,
    ...(facts.version === undefined ? {} : { comfyVersion: facts.version }),
    devices: facts.devices.map(({ name, vramTotalBytes, vramFreeBytes }) => ({
      name,
      vramTotalBytes,
      vramFreeBytes,
    })),
    ramTotalBytes: facts.ramTotalBytes,
    ramFreeBytes: facts.ramFreeBytes,
    ...(offsetMs === undefined ? {} : { clockOffsetSeconds: Math.round(offsetMs / 100) / 10 }),
    prompts,
    runs,
    lacks: lacks.map(({ model, ...lack }) => ({ ...lack, ...(model && { model: describeFile(model) }) })),
  };
}

/** What is known of a model file before anybody has it. */
function describeFile(model: ModelName) {
  const published = findShippedFile(model.folder, model.name);
  const { bytes, file } = published ?? {};
  const licence = findShipped(model)?.licence;
  return {
    folder: model.folder,
    name: model.name,
    ...(bytes === undefined ? {} : { bytes }),
    ...(file?.publishedAs === undefined ? {} : { publishedAs: file.publishedAs }),
    ...(file && proposeUrl(file, model.name)),
    ...(licence ? { licence } : {}),
  };
}
