/** 64 megapixels: more than the camera of a phone makes, 0.5 GB decoded at worst. */
export const defaultMostPixels = 64_000_000;
