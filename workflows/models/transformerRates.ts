/** SDXL evaluates 2.6 billion parameters twice in each step, with the prompt and without it. */
const sdxlBillions = 2.6 * 2;
const sdxlRates = { creditsPerUnit: 0.125, secondsPerUnit: 0.3 };

/**
 * SDXL's U-Net runs most of its parameters on a quarter of the latent's cells or fewer; a transformer runs all of them
 * on every cell.
 */
const transformerFactor = 2;

/**
 * Price and time of a megapixel and step of a diffusion transformer, relative to SDXL. An assumption, not a
 * measurement: work grows with parameters and evaluations. A pool's own measurements replace the time.
 * @param evaluations in each step: 2 where guidance (cfg) above 1 also draws without the prompt, else 1.
 * @param overheadSeconds to read the prompt and to decode.
 */
export function transformerRates(
  billions: number,
  { evaluations, overheadSeconds }: { evaluations: 1 | 2; overheadSeconds: number },
): { creditsPerUnit: number; secondsPerUnit: number; overheadSeconds: number } {
  const factor = (transformerFactor * billions * evaluations) / sdxlBillions;
  return {
    creditsPerUnit: sdxlRates.creditsPerUnit * factor,
    secondsPerUnit: sdxlRates.secondsPerUnit * factor,
    overheadSeconds,
  };
}
