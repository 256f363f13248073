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
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';

type ExamineDeps = Pick<ApiDeps, 'database' | 'clock' | 'keyRing' | 'catalogue' | 'config'>;

export function createExamineHandlers(deps: ExamineDeps) {
  // Made when it is first needed: dispatchers have the file of authorities, and not every API does.
  let network: BackendNetwork | undefined;
  const withNetwork = () => {
    network ??= createBackendNetwork(readAuthorities(deps.config.COMFYUI_CA_FILE));
    return { ...deps, network };
  };
  return defineHandlers({
    async adminExamineServer({ body }) {
      return presentExamination(await examineAddress(withNetwork(), body));
    },
    async adminExamineBackend({ params }) {
      return presentExamination(await examineBackend(withNetwork(), params.id));
    },
  });
}

function presentExamination({ url, examination }: ExaminedServer): ExaminationView {
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
    lacks,
  };
}
