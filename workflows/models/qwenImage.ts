import { transformerRates } from './transformerRates.ts';

/** 7.1 billion parameters. Its authors sample without guidance, so each step is one evaluation. */
export const qwenImage21Rates = transformerRates(7.1, { evaluations: 1, overheadSeconds: 5 });

/**
 * 20 billion parameters, of Qwen-Image and of Qwen-Image-Edit 2511. Work is counted in evaluations, since guidance depends on the request: see the workflows.
 */
export const qwenImageRates = transformerRates(20, { evaluations: 1, overheadSeconds: 6 });
