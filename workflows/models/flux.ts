import { transformerRates } from './transformerRates.ts';

/** 3.9 billion parameters. Distilled: no guidance, so one evaluation in each step. */
export const klein4Rates = transformerRates(3.9, { evaluations: 1, overheadSeconds: 3 });

/** 9 billion parameters, distilled likewise. */
export const klein9Rates = transformerRates(9, { evaluations: 1, overheadSeconds: 4 });

/** 12 billion parameters. Guidance is an input of the model, so each step is one evaluation. */
export const flux1Rates = transformerRates(12, { evaluations: 1, overheadSeconds: 4 });

/** 32 billion parameters, guided in the same way. */
export const flux2Rates = transformerRates(32, { evaluations: 1, overheadSeconds: 6 });
