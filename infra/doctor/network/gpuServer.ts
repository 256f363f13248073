import { askBackend } from '@star-graph/core/comfy/askBackend';
import { toHeaders } from '@star-graph/core/comfy/http/credentials';
import type { BackendNetwork } from '@star-graph/core/comfy/http/network';
import type { NamedBackend } from '@star-graph/core/comfy/namedBackends';
import { describeOffset, judgeOffset, measureOffset } from '@star-graph/core/doctor/clockOffset';
import { finding } from '@star-graph/core/doctor/findings';
import type { Check } from '@star-graph/core/doctor/runChecks';
import type { Clock } from '@star-graph/core/runtime/clock';
import { z } from 'zod';
import { findCertificateFaults } from './certificate.ts';
import { dateOf, send } from './request.ts';

const statsSchema = z.object({
  system: z.object({ comfyui_version: z.string().default('?') }),
  devices: z.array(z.object({ name: z.string(), vram_total: z.number(), vram_free: z.number() })),
});
const gigabyte = 1024 ** 3;

/** As a dispatcher on this machine would reach it. */
export const gpuServerCheck = (
  deps: { clock: Clock; network: BackendNetwork; authorities?: string[] },
  backend: NamedBackend,
): Check => ({
  name: `gpu ${new URL(backend.url).host}`,
  limitMs: 30_000,
  async run(signal) {
    const url = new URL(backend.url);
    const now = () => deps.clock.now();
    const certificate = await findCertificateFaults(url, { ...deps, now, signal });
    const reason = await askBackend(deps, backend);
    if (reason !== undefined) {
      const [what = '', ...wayOut] = reason.split(/(?<=\.) /);
      return {
        summary: '',
        findings: [
          ...certificate,
          finding(
            'server-unreachable',
            what,
            [...wayOut, 'It has to answer where dispatchers run, so run the doctor there.'].join(' '),
          ),
        ],
      };
    }
    let stats: z.output<typeof statsSchema> | undefined;
    const offsetMs = await measureOffset(deps, async () => {
      const response = await send(new URL(`${backend.url.replace(/\/$/, '')}/system_stats`), {
        agent: deps.network.agentFor(url),
        headers: backend.credentials ? toHeaders(backend.credentials) : {},
        signal,
      });
      stats = statsSchema.parse(JSON.parse(Buffer.concat(await response.toArray()).toString()));
      return dateOf(response);
    });
    const device = stats?.devices[0];
    const memory = device
      ? `, ${device.name}, ${(device.vram_free / gigabyte).toFixed(1)} of ${(device.vram_total / gigabyte).toFixed(1)} GB free`
      : '';
    return {
      summary: `ComfyUI ${stats?.system.comfyui_version}${memory}, ${describeOffset(offsetMs)}`,
      findings: [...certificate, ...judgeOffset(`the GPU server ${url.host}`, offsetMs)],
    };
  },
});
