import { transformerRates } from './transformerRates.ts';

/** 6.15 billion parameters. Distilled: one evaluation in each step, since cfg stays at 1. */
export const zImageRates = transformerRates(6.15, { evaluations: 1, overheadSeconds: 3 });
