/**
 * What the Board's pack shows: of each indicator the last period that had ended by a day and was due, what stands beside
 * it, and which agreed exceptions speak of such periods. Pure functions; nothing here works a figure out.
 */
import { comparable, comparedIndicator, outcomeWords, rankWords, sized } from './compare.js';
import { day, periodLabel } from './format.js';
import { inOrder } from './meeting.js';
import { hasNumber } from './statuses.js';

const ORDER = 'RASW';

function place(indicator) {
	return ORDER.indexOf(indicator.heading_code?.[0] ?? '') + indicator.indicator_code;
}

function isHeadline(row, code, area) {
	return row.indicator_code === code && row.area_code === area && row.breakdown === 'total';
}

/** Days on which a period with a headline number ends, newest first: what a pack can be made for. */
export function packDays(figures, area) {
	const shown = figures.filter((row) => row.area_code === area && row.breakdown === 'total' && row.is_primary_cadence);
	return [...new Set(shown.filter(hasNumber).map((row) => row.period_end))].sort().reverse();
}

/** The day of ?period-end= in an address, as it was written; nothing where it is not asked for. */
export function askedDay(search) {
	return new URLSearchParams(search ?? '').get('period-end') ?? '';
}

/**
 * Every indicator of the framework under its heading: [{ heading_code, heading_name, entries: [{ indicator, figure,
 * comparison, isOlder, sentence }] }]. `figure` is the last one whose period had ended by `until` ('' for no limit) and is already
 * due, whether it came or not; null where there is none. The definition is that of the figure's period; the sentence
 * stands where the release has one for that very period. Where nobody else publishes figures of such a period,
 * `comparison` is that of the newest one before it that can be compared, and isOlder says so.
 */
export function packEntries({ indicators, figures, due, comparisons, sentences, area, until }) {
	const headings = new Map();
	const framework = indicators.filter((row) => !row.valid_to && !row.parent_code);
	for (const inForce of framework.sort((a, b) => place(a).localeCompare(place(b)))) {
		const code = inForce.indicator_code;
		const lead = due.find((row) => row.indicator_code === code && row.area_code === area && row.is_primary_cadence);
		const figure = figures
			.filter((row) => isHeadline(row, code, area) && row.is_primary_cadence)
			.filter((row) => (!until || row.period_end <= until) && (!lead || row.period_end <= lead.period_end))
			.sort((a, b) => a.period_end.localeCompare(b.period_end))
			.at(-1);
		const sameFigure = (row) =>
			figure &&
			row.indicator_code === code &&
			row.area_code === area &&
			row.definition_version === figure.definition_version &&
			row.period_type === figure.period_type &&
			row.period_end === figure.period_end;
		const own = comparisons.find((row) => sameFigure(row) && row.breakdown === 'total') ?? null;
		const older =
			own && own.comparator_status !== 'published'
				? comparable(comparisons, code, area).find((row) => row.period_end <= figure.period_end)
				: undefined;
		const { heading_code, heading_name } = inForce;
		if (!headings.has(heading_code)) headings.set(heading_code, { heading_code, heading_name, entries: [] });
		headings.get(heading_code).entries.push({
			indicator: (figure && indicators.find((row) => row.indicator_code === code && row.definition_version === figure.definition_version)) ?? inForce,
			figure: figure ?? null,
			comparison: older ?? own,
			isOlder: Boolean(older),
			sentence: sentences.find(sameFigure)?.sentence ?? ''
		});
	}
	return [...headings.values()];
}

/**
 * How a figure stands beside England and the region: lines of words, the first the outcome. Where nobody can be compared
 * with, the reason; for a figure without a number, nothing.
 */
export function comparisonLines({ figure, comparison, isOlder }, indicators) {
	if (!hasNumber(figure) || !comparison) return [];
	if (comparison.comparator_status !== 'published') return [comparison.comparator_reason ?? 'Nothing to compare with.'];
	const compared = comparedIndicator(indicators, comparison);
	const beside = (value, outcome, reason, than) => {
		const words = outcomeWords(outcome, than);
		const known = compared && typeof value === 'number' ? `${than.charAt(0).toUpperCase() + than.slice(1)}: ${sized(value, compared)}.` : '';
		return words ? `${words}. ${known}`.trim() : [known, reason ?? ''].filter(Boolean).join(' ');
	};
	const lines = [
		beside(comparison.england_value, comparison.significance_england, comparison.significance_england_reason, 'England'),
		beside(comparison.region_value, comparison.significance_region, comparison.significance_region_reason, 'the region')
	];
	if (typeof comparison.area_rank === 'number') lines.push(rankWords(comparison));
	if (compared && compared.indicator_code !== figure.indicator_code) lines.push(`Compared as: ${compared.display_name}.`);
	const told = [...new Set(lines.filter(Boolean))];
	return isOlder ? [`${periodLabel(comparison)}, to ${day(comparison.period_end)}:`, ...told] : told;
}

/** Agreed exceptions about periods that had ended by `until`, in the order of inOrder(). */
export function packExceptions(agreed, area, until, asOf) {
	return inOrder(
		agreed.filter((row) => row.area_code === area && (!until || row.period_end <= until)),
		asOf
	);
}

/** The last day of the periods that the release speaks of. */
export function lastDue(due, area) {
	return due.filter((row) => row.area_code === area && row.is_primary_cadence).map((row) => row.period_end).sort().at(-1) ?? '';
}

/** What stands in the margins of every printed page, as rules of CSS. */
export function marginRules({ areaName, until, release, isSynthetic }) {
	const quoted = (text) => `"${String(text).replace(/["\\\n<>]/g, ' ')}"`;
	const title = `${areaName}: Board pack${until ? `, periods to ${day(until)}` : ''}`;
	const known = release ? `As known on ${day(release.as_of)}. Release ${release.release_id}` : '';
	const font = "font-family: Inter, sans-serif; font-size: 7.5pt; color: #46555f;";
	return [
		'@page { size: A4; margin: 17mm 14mm 16mm;',
		`@top-left { content: ${quoted(title)}; ${font} }`,
		`@top-right { content: ${quoted(isSynthetic ? 'SYNTHETIC DATA: every figure is invented' : '')}; ${font} font-weight: 600; }`,
		`@bottom-left { content: ${quoted(known)}; ${font} }`,
		`@bottom-right { content: "Page " counter(page) " of " counter(pages); ${font} }`,
		'}'
	].join(' ');
}
