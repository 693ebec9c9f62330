/**
 * What the page needs to know about the board tables: which figure leads, what belongs together, what is missing.
 * Pure functions over the rows of the page's queries; nothing here works a figure out.
 */
import { hasNumber } from './statuses.js';

const NOT_COME = new Set(['not_submitted', 'late']);

/**
 * The rows of a page query. The guard row that the sources send for an empty table (all nulls) is dropped by `key`.
 * A query that failed stops the build; in a browser that cannot run it, the page keeps its empty message.
 */
export function rowsOf(query, key) {
	if (query?.error) {
		if (typeof window === 'undefined') throw query.error;
		console.error(query.error);
		return [];
	}
	return Array.from(query ?? []).filter((row) => row[key] !== null && row[key] !== undefined);
}

/**
 * Indicators that have figures, each count with the rate that is compared in its place:
 * [{ indicator, companion | null }], in the order of their codes, under the definition now in force.
 */
export function subjects(indicators, figures) {
	const counted = new Set(figures.map((figure) => figure.indicator_code));
	const inForce = new Map();
	for (const indicator of indicators) {
		if (!counted.has(indicator.indicator_code)) continue;
		if (inForce.get(indicator.indicator_code) && indicator.valid_to) continue;
		inForce.set(indicator.indicator_code, indicator);
	}
	const companions = new Set([...inForce.values()].map((indicator) => indicator.comparison_code));
	return [...inForce.values()]
		.filter((indicator) => !companions.has(indicator.indicator_code))
		.sort((a, b) => order(a).localeCompare(order(b)))
		.map((indicator) => ({ indicator, companion: inForce.get(indicator.comparison_code) ?? null }));
}

/** The framework's four headings stand in the order risk, agencies, right service, welfare: R, A, S, W. */
function order(indicator) {
	return 'RASW'.indexOf(indicator.heading_code?.[0] ?? indicator.indicator_code[0]) + indicator.indicator_code;
}

/** Headline figures of one indicator, area and period type, oldest first. */
export function series(figures, code, area, periodType) {
	return figures
		.filter(
			(figure) =>
				figure.indicator_code === code &&
				figure.area_code === area &&
				figure.period_type === periodType &&
				figure.breakdown === 'total'
		)
		.sort((a, b) => a.period_end.localeCompare(b.period_end));
}

/** Without the periods before the first return: years of "not submitted" would bury what did come. */
export function sinceFirstReturn(rows) {
	const first = rows.findIndex((row) => row.status !== 'not_submitted');
	return first < 0 ? [] : rows.slice(first);
}

/**
 * Which figure leads, from rows oldest first:
 * - figure: the latest period for which something came (a number, or a status that says why there is none),
 *   else the latest period of all; null when there is no row;
 * - late: later periods that are due and have not come; next: the period after them that is not due yet, or null;
 * - lastNumber: the latest earlier number, only when the leading figure is not one;
 * - yearBefore: the same period a year before, when both are numbers under one definition.
 */
export function headline(rows) {
	const came = rows.filter((row) => !NOT_COME.has(row.status));
	const figure = came.at(-1) ?? rows.at(-1) ?? null;
	const later = came.length ? rows.filter((row) => row.period_end > figure.period_end) : [];
	const late = later.filter((row) => row.status === 'late');
	const next = later.find((row) => row.status === 'not_submitted') ?? null;
	const lastNumber = hasNumber(figure) ? null : (rows.filter(hasNumber).at(-1) ?? null);
	const before = rows.find((row) => figure && row.period_end === aYearBefore(figure.period_end));
	const alike = hasNumber(figure) && hasNumber(before) && before.definition_version === figure.definition_version;
	return { figure, late, next, lastNumber, yearBefore: alike ? before : null };
}

function aYearBefore(iso) {
	const [year, month, date] = iso.split('-');
	const leapDay = month === '02' && Number(date) >= 28;
	const lastOfFebruary = new Date(Date.UTC(Number(year) - 1, 2, 0)).getUTCDate();
	return `${Number(year) - 1}-${month}-${leapDay ? lastOfFebruary : date}`;
}

/**
 * Rows, oldest first, as entries { first, last } with every run of periods that have not come, for the same stated
 * status, taken together: four years of "late" are one line and not sixteen.
 */
export function gathered(rows) {
	const entries = [];
	for (const row of rows) {
		const entry = entries.at(-1);
		if (entry && NOT_COME.has(row.status) && entry.last.status === row.status) entry.last = row;
		else entries.push({ first: row, last: row });
	}
	return entries;
}

/** Returns that an indicator is counted from, once each. */
export function sourcesOf(bridge, indicator) {
	return bridge.filter(
		(row) =>
			row.indicator_code === indicator.indicator_code && row.definition_version === indicator.definition_version
	);
}

/**
 * The breakdowns of one indicator by financial year:
 * [{ breakdown, periods, rows: [{ name, cells: Map(period_end -> figure) }], without }].
 * `periods` are the last five with a figure or a mixed state, newest first; `without` are those since the first
 * return in which every cell says the same and none has a number: [{ status, figures: one a year, newest first }].
 */
export function breakdowns(figures, names, code, area) {
	const mine = figures.filter(
		(figure) =>
			figure.indicator_code === code &&
			figure.area_code === area &&
			figure.period_type === 'financial_year' &&
			figure.breakdown !== 'total'
	);
	return [...new Set(mine.map((figure) => figure.breakdown))].sort().map((breakdown) => {
		const here = mine.filter((figure) => figure.breakdown === breakdown);
		const came = here.filter((figure) => figure.status !== 'not_submitted');
		const ends = new Set(came.map((figure) => figure.period_end));
		const values = new Map();
		for (const figure of here) {
			if (!values.has(figure.breakdown_value)) values.set(figure.breakdown_value, new Map());
			values.get(figure.breakdown_value).set(figure.period_end, figure);
		}
		const described = [...values].map(([value, cells]) => {
			const known = names.find((name) => name.breakdown === breakdown && name.breakdown_value === value);
			return { name: known?.value_name ?? value, position: known?.sort_order ?? Number.MAX_SAFE_INTEGER, cells };
		});
		described.sort((a, b) => a.position - b.position || a.name.localeCompare(b.name));
		const newestFirst = [...ends].sort().reverse();
		const periods = newestFirst.filter((end) => !wholeStatus(described, end)).slice(0, 5);
		const without = [];
		for (const end of newestFirst) {
			const whole = wholeStatus(described, end);
			if (!whole) continue;
			const alike = without.find((entry) => entry.status === whole.status);
			if (alike) alike.figures.push(whole);
			else without.push({ status: whole.status, figures: [whole] });
		}
		return { breakdown, periods, rows: described, without };
	});
}

/** One figure to speak for a year in which no cell has a number and all say the same; else null. */
function wholeStatus(rows, end) {
	const cells = rows.map((row) => row.cells.get(end));
	const alike = cells.every((cell) => cell && !hasNumber(cell) && cell.status === cells[0].status);
	return alike && cells.length ? cells[0] : null;
}

/**
 * Every return that the indicators shown need, with the last one accepted for the area or null:
 * [{ supplier, feed, indicators: [codes], last }].
 */
export function lastReceived(bridge, shown, submissions, area) {
	const needed = new Map();
	for (const indicator of shown) {
		for (const { supplier, feed } of sourcesOf(bridge, indicator)) {
			const key = `${supplier}/${feed}`;
			if (!needed.has(key)) needed.set(key, { supplier, feed, indicators: [], last: null });
			needed.get(key).indicators.push(indicator);
		}
	}
	for (const entry of needed.values()) {
		const accepted = submissions.filter(
			(row) =>
				row.supplier === entry.supplier &&
				row.feed === entry.feed &&
				row.status === 'accepted' &&
				// Population estimates and other national files come for the whole country, not for one area.
				(row.area_code === area || row.supplier === 'published')
		);
		accepted.sort((a, b) => (a.received_at ?? '').localeCompare(b.received_at ?? ''));
		entry.last = accepted.at(-1) ?? null;
	}
	return [...needed.values()];
}
