import { collectDefaultMetrics } from 'prom-client';
import packageJson from '../../package.json' with { type: 'json' };
import { defineGauge, registry } from './define.ts';

/** The metrics of Node and of the program that runs. Once in a process. */
export function startProcessMetrics(process: 'api' | 'dispatcher' | 'bot'): void {
  collectDefaultMetrics({ register: registry });
  defineGauge({
    name: 'star_graph_build_info',
    help: 'Always 1: which program this is, and its version',
    labels: ['process', 'version'],
  }).set({ process, version: packageJson.version }, 1);
}
