/**
 * The states of a rental, each move a compare-and-set by the leading dispatcher; `ended` follows from each of them as soon
 * as the provider says that the machine is gone, and its tasks go elsewhere.
 *
 * `wanted`: written before the provider is asked, under the name that it will have: an answer that was lost is found by
 * that name. `starting`: the provider has it, and its ComfyUI has not joined. `serving`: it joined by its code and takes
 * tasks. `draining`: it takes none and finishes what it has; it serves again if work comes. `stopping`: the provider is
 * told to end it, again and again until it has.
 */
export const rentalStates = ['wanted', 'starting', 'serving', 'draining', 'stopping', 'ended'] as const;
export type RentalState = (typeof rentalStates)[number];

/**
 * Why so many are rented. `nothing-waits`, `enough`: no more are worth their start. `starting`: some were ordered.
 * `most`, `budget`: no more may be. `no-offer`: the provider has none. `resting`: the last ones were of no use. `paused`:
 * the queue is. `provider-away`: it does not answer, and nothing changes.
 */
export const rentingReasons = [
  'nothing-waits',
  'enough',
  'starting',
  'most',
  'budget',
  'no-offer',
  'resting',
  'paused',
  'provider-away',
] as const;
export type RentingReason = (typeof rentingReasons)[number];
