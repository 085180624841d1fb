/** A number, or the reason why there is none. */
export type Measure = { value: number; reason: null } | { value: null; reason: string };

export const known = (value: number): Measure => ({ value, reason: null });
export const none = (reason: string): Measure => ({ value: null, reason });
