/** Names of what belongs to one model: on another one it spoils pictures. */
export const tuning: ReadonlySet<string> = new Set([
  ...['steps', 'cfg', 'sampler', 'scheduler', 'guidance', 'shift'],
  ...['videoSteps', 'videoCfg', 'refinerStep'],
]);
