import { transformerRates } from '../transformerRates.ts';

/** 3.9 billion parameters. Distilled: no guidance, so one evaluation in each step. */
export const klein4Rates = transformerRates(3.9, { evaluations: 1, overheadSeconds: 3 });
