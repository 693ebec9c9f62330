/** Arithmetic of the trend chart: where ticks stand and how a run of figures breaks into lines. */
import { hasNumber } from './statuses.js';

/** Round ticks from zero to at least `highest`, four steps or so; zero stays in view so that a change keeps its size. */
export function ticks(highest) {
	const top = highest > 0 ? highest : 1;
	const rough = top / 4;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
	const count = Math.ceil(top / step - 1e-9);
	return Array.from({ length: count + 1 }, (_, position) => position * step);
}

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
