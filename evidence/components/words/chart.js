/** How a run of figures breaks into lines. */
import { hasNumber } from './statuses.js';

/**
 * Runs of neighbouring points that may be joined: a period without a number and a change of definition break the line.
 * @param {{ figure: { status: string, value: number | null, definition_version: string } }[]} points oldest first
 */
export function runs(points) {
	const found = [];
	let current = [];
	for (const point of points) {
		const last = current.at(-1);
		if (last && (!hasNumber(point.figure) || last.figure.definition_version !== point.figure.definition_version)) {
			found.push(current);
			current = [];
		}
		if (hasNumber(point.figure)) current.push(point);
	}
	if (current.length) found.push(current);
	return found;
}
