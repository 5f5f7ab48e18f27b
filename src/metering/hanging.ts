/** What containers that hang may take at the utmost: Modal's own timers are set so that a budget holds even then. */

/** Seconds that a container may stay after its last word: its exit, and the last commit. */
export const exitSeconds = 30;
/** Seconds of a start that has to be possible at all. */
export const leastStartup = 60;
/** A coordinator outlives its parts by so many times, that a budget can be raised while they run: it costs next to nothing beside them. */
export const coordinatorTimes = 5;
