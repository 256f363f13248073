/** Where in a film or an animation a classifier looks. */
export const framePlaces = [0.1, 0.5, 0.9] as const;
