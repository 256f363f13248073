/** The day of a time in UTC, as rows, keys and sentences name it: `2026-11-27`. */
export const utcDay = (time: Date): string => time.toISOString().slice(0, 10);
