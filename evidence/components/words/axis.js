/** What stands on an axis. */

/** Decimals that tell every tick from its neighbour as it is: 0, 0.05, 0.1 take two, 0, 2.5, 5 one, whole ones none. */
export function tickDecimals(ticks) {
	const whole = (decimals) => ticks.every((tick) => Math.abs(tick - Number(tick.toFixed(decimals))) < 1e-9);
	return [0, 1, 2, 3, 4, 5].find(whole) ?? 6;
}
