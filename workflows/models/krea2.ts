import { transformerRates } from './transformerRates.ts';

/** 13 billion parameters. Distilled: one evaluation in each step, since cfg stays at 1. */
export const krea2Rates = transformerRates(13, { evaluations: 1, overheadSeconds: 4 });
