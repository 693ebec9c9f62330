/**
 * What the page needs to know about the board tables: which figure leads, what belongs together, what is missing.
 * Pure functions over the rows of the page's queries; nothing here works a figure out.
 */
import { breakdownName } from './format.js';
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
 * Every indicator of the framework under its heading, in the framework's order, with the row of its latest period due:
 * [{ heading_code, heading_name, entries: [{ indicator, figure, isListed, companions: [the same] }] }].
 * `figure` tells of the first period where none is due yet; it is null (isListed) where the Board is shown only a split;
 * companions of which the Board is shown nothing are left out. `due` are rows of fct_indicator_latest_due with the
 * figure of that period where it is the one that a page takes. The definition is that of the figure's period.
 */
export function overview(indicators, due, area) {
	const mine = due.filter((row) => row.area_code === area);
	const inForce = indicators.filter((indicator) => !indicator.valid_to);
	const entryOf = (indicator) => {
		const rows = mine.filter((row) => row.indicator_code === indicator.indicator_code);
		const figure = rows.find((row) => row.status) ?? null;
		return { indicator: definitionOf(indicators, figure) ?? indicator, figure, isListed: rows.length > 0 };
	};
	const found = new Map();
	for (const indicator of inForce.filter((row) => !row.parent_code).sort(byOrder)) {
		const { heading_code, heading_name } = indicator;
		if (!found.has(heading_code)) found.set(heading_code, { heading_code, heading_name, entries: [] });
		const companions = inForce
			.filter((row) => row.parent_code === indicator.indicator_code)
			.sort(byOrder)
			.map(entryOf)
			.filter((entry) => entry.isListed);
		found.get(heading_code).entries.push({ ...entryOf(indicator), companions });
	}
	return [...found.values()];
}

/** How many entries say what, the most first: [{ status, count }]; an entry without a row is 'not_due'. */
export function tally(entries) {
	const counts = new Map();
	for (const { figure } of entries) {
		const status = figure?.status ?? 'not_due';
		counts.set(status, (counts.get(status) ?? 0) + 1);
	}
	return [...counts].map(([status, count]) => ({ status, count })).sort((a, b) => b.count - a.count);
}

/** The row of dim_indicator for a figure's own version. */
function definitionOf(indicators, figure) {
	return (
		figure &&
		indicators.find(
			(row) =>
				row.indicator_code === figure.indicator_code && row.definition_version === figure.definition_version
		)
	);
}

/**
 * Indicators under a heading for which, or for a companion of which, a return has come, each with what is read beside it (the rate that is compared
 * in its place, its companions, where something came), in the order of their codes and under the definition in force:
 * [{ indicator, companions: [indicator] }].
 */
export function subjects(indicators, figures, heading, area) {
	const inForce = indicators.filter((row) => !row.valid_to);
	const here = figures.filter((figure) => figure.area_code === area && figure.status !== 'not_submitted');
	const came = new Set(here.map((figure) => figure.indicator_code));
	const beside = (indicator) =>
		inForce
			.filter((row) => row.parent_code === indicator.indicator_code || row.indicator_code === indicator.comparison_code)
			.filter((row) => came.has(row.indicator_code))
			.sort(byOrder);
	const mine = inForce.filter((row) => row.heading_code === heading && !row.parent_code);
	const compared = new Set(mine.map((row) => row.comparison_code));
	return mine
		.filter((row) => !compared.has(row.indicator_code))
		.sort(byOrder)
		.map((indicator) => ({ indicator, companions: beside(indicator) }))
		.filter(({ indicator, companions }) => came.has(indicator.indicator_code) || companions.length);
}

/** The period type that a page takes for an indicator's headline; a split without a headline has none: null. */
export function leadingType(figures, code) {
	const leading = figures.find(
		(figure) => figure.indicator_code === code && figure.breakdown === 'total' && figure.is_primary_cadence
	);
	return leading?.period_type ?? null;
}

/** The period types of an indicator's headline, the leading one first. */
export function periodTypes(figures, code) {
	const mine = figures.filter((figure) => figure.indicator_code === code && figure.breakdown === 'total');
	const leading = leadingType(figures, code);
	return [...new Set(mine.map((figure) => figure.period_type))].sort(
		(a, b) => (b === leading) - (a === leading) || a.localeCompare(b)
	);
}

/** The framework's four headings stand in the order risk, agencies, right service, welfare: R, A, S, W. */
function byOrder(a, b) {
	return order(a).localeCompare(order(b));
}

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

/** How many of the returns that a figure needs have come, as a sentence. */
export function returnsIn(figure) {
	const came = figure.feeds_received ?? 0;
	const needed = figure.feeds_expected ?? 0;
	if (needed === 1) return `The return that the figure needs is ${came ? 'in' : 'not in'}.`;
	return `${came} of the ${needed} returns that the figure needs ${came === 1 ? 'is' : 'are'} in.`;
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

/** 'by age band, by sex': each kind of split once, of entries of breakdowns(). */
export function splitNames(tables) {
	return [...new Set(tables.map((table) => breakdownName(table.breakdown).toLowerCase()))].join(', ');
}

/** One figure to speak for a year in which no cell has a number and all say the same; else null. */
function wholeStatus(rows, end) {
	const cells = rows.map((row) => row.cells.get(end));
	const alike = cells.every((cell) => cell && !hasNumber(cell) && cell.status === cells[0].status);
	return alike && cells.length ? cells[0] : null;
}

/**
 * Every return that the indicators shown need, with the last one accepted for the area or null, the latest period for
 * which it was due by the day `asOf`, and the latest signed-off return of a year that was:
 * [{ supplier, feed, feed_name, indicators, last, latest, signedOff }]. Late ones first, then those that came.
 */
export function returnsOf(bridge, shown, submissions, feedStatus, asOf, area) {
	const needed = new Map();
	for (const indicator of shown) {
		for (const { supplier, feed, feed_name } of sourcesOf(bridge, indicator)) {
			const key = `${supplier}/${feed}`;
			if (!needed.has(key)) needed.set(key, { supplier, feed, feed_name, indicators: [], last: null });
			needed.get(key).indicators.push(indicator);
		}
	}
	for (const entry of needed.values()) {
		const isOf = (row) => row.supplier === entry.supplier && row.feed === entry.feed;
		const accepted = submissions.filter(
			(row) =>
				isOf(row) &&
				row.status === 'accepted' &&
				// Population estimates and other national files come for the whole country, not for one area.
				(row.area_code === area || row.supplier === 'published')
		);
		accepted.sort((a, b) => (a.received_at ?? '').localeCompare(b.received_at ?? ''));
		entry.last = accepted.at(-1) ?? null;
		const due = feedStatus
			.filter((row) => isOf(row) && row.area_code === area && row.due_date <= asOf)
			.sort((a, b) => a.period_end.localeCompare(b.period_end));
		entry.latest = due.filter((row) => !row.is_annual_final).at(-1) ?? null;
		entry.signedOff = due.filter((row) => row.is_annual_final).at(-1) ?? null;
	}
	const rank = (entry) => ['late', 'received', 'not_submitted'].indexOf(entry.latest?.status) + (entry.latest ? 0 : 4);
	return [...needed.values()].sort((a, b) => rank(a) - rank(b));
}

/**
 * How many of the entries of returnsOf() are in, of those that have been due from the agencies of the area:
 * { due, received, late, never, without: those that no figure waits for, which so have no due day }. What others publish for the whole country is due
 * from nobody here.
 */
export function returnsCounted(returns) {
	const ours = returns.filter((entry) => entry.supplier !== 'published');
	const due = ours.filter((entry) => entry.latest);
	const of = (status) => due.filter((entry) => entry.latest.status === status);
	return {
		due: due.length,
		received: of('received').length,
		late: of('late'),
		never: of('not_submitted'),
		without: ours.filter((entry) => !entry.latest)
	};
}

/** '14 of 15 returns are in for their latest period due, 1 late'. */
export function returnsInWords(returns) {
	const { due, received, late, never, without } = returnsCounted(returns);
	if (!due) return 'No return has been due yet';
	return [
		`${received} of ${due} ${due === 1 ? 'return is' : 'returns are'} in for ${due === 1 ? 'its' : 'their'} latest period due`,
		late.length ? `${late.length} late` : '',
		never.length ? `${never.length} never sent` : '',
		without.length ? `${without.length} without a due day` : ''
	]
		.filter(Boolean)
		.join(', ');
}

/** Rows of the bridge with the titles of their returns, which stand in fct_feed_status. */
export function namedFeeds(bridge, feedStatus) {
	const names = new Map(feedStatus.map((row) => [`${row.supplier}/${row.feed}`, row.feed_name]));
	return bridge.map((row) => ({ ...row, feed_name: names.get(`${row.supplier}/${row.feed}`) }));
}
