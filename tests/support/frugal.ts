/** Arguments of Node for work that has a core to itself: memory is collected seldom, and by no threads beside it. */
export const frugal = ['--min-semi-space-size=64', '--max-semi-space-size=256', '--single-threaded-gc'];
