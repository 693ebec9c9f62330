/** How a run of figures breaks into lines, and the shapes of marks. */
import { hasNumber } from './statuses.js';

/** Paths of marks around the point 0,0, none wider than 15 px: of special causes and of who is compared. */
export const SHAPES = {
	disc: 'M-7 0a7 7 0 1 0 14 0 7 7 0 1 0-14 0z',
	diamond: 'M0-7 7 0 0 7-7 0z',
	square: 'M-5.5-5.5h11v11h-11z',
	star: 'M0-7.5 2-2.4 7.3-2.4 3 1 4.6 6.4 0 3.2-4.6 6.4-3 1-7.3-2.4-2-2.4z',
	up: 'M0-7 6.5 5h-13z',
	down: 'M0 7 6.5-5h-13z'
};

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
